package dev.kubeproxy.control.sync;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.serviceGone;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.withExternal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceLogTest {

    private final CapturedLog log = new CapturedLog(ServiceLog.class);
    private final ClusterState state = new ClusterState(THIS_NODE, NodePortAddresses.ALL, DrainPolicy.KEEP);

    @AfterEach
    void stop() {
        log.close();
    }

    @Test
    @Rule("P1")
    void tellsOfAServiceFromItsComingToItsGoing() {
        sync(service("web", "10.96.0.10", tcp("", 80)), slice("a", "web", 8080, ready("10.0.0.1")));
        sync(slice("a", "web", 8080, ready("10.0.0.1"), ready("10.0.0.2")));
        sync(slice("a", "web", 8080));
        sync(slice("a", "web", 8080, ready("10.0.0.1"), ready("10.0.0.2")));
        sync(service("web", "10.96.0.10", tcp("", 99)));
        sync(serviceGone("web"));
        assertThat(log.lines())
                .containsExactly(
                        "INFO Adding service port \"default/web\" at 10.96.0.10:80/TCP, 1 endpoint",
                        "INFO Setting endpoints of service port \"default/web\": 0 endpoints instead of 2",
                        "INFO Setting endpoints of service port \"default/web\": 2 endpoints instead of 0",
                        "INFO Updating service port \"default/web\" at 10.96.0.10:99/TCP, 2 endpoints",
                        "INFO Removing service port \"default/web\" at 10.96.0.10:99/TCP");
    }

    @Test
    void manyFrontendsAreNotAllNamed() {
        state.applyMachineAddresses(addresses("127.0.0.1", "10.1.0.1", "10.1.0.2", "10.1.0.3", "10.1.0.4"));
        sync(service("dns", "10.96.0.53", new ServiceSpec.Port("dns", Protocol.UDP, 53, 30053)));
        assertThat(log.lines())
                .containsExactly("INFO Adding service port \"default/dns:dns\" at 10.96.0.53:53/UDP,"
                        + " 10.1.0.1:30053/UDP, 10.1.0.2:30053/UDP, 10.1.0.3:30053/UDP and 2 more, 0 endpoints");
    }

    @Test
    @Rule("H3")
    void tellsOnceOfAddressesThatAreLeftOutAndWhy() {
        ServiceSpec web = withExternal(service("web", "10.96.0.10", tcp("", 80)), "192.168.1.6,10.0.0.1", "");
        sync(web, new NodeSpec("node2", "", addresses("192.168.1.6")));
        sync(new NodeSpec("node3", "", List.of(), true, List.of(Cidr.parse("10.0.0.0/24"))));
        sync(slice("a", "web", 8080, ready("10.1.0.1")));
        assertThat(log.lines())
                .filteredOn(line -> line.contains("Leaving out"))
                .containsExactly(
                        "INFO Leaving out 192.168.1.6 of Service default/web: the address is another Node's",
                        "WARN Leaving out 10.0.0.1 of Service default/web: the address is a pod's");
    }

    private void sync(Object... specs) {
        changes(specs).forEach(state::apply);
        state.rebuild().changed().forEach(now -> ServiceLog.changed(state.told(now), now));
    }
}
