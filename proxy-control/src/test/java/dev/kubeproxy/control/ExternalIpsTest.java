package dev.kubeproxy.control;

import static dev.kubeproxy.control.desired.Specs.address;
import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.serviceGone;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.withExternal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.testing.RecordingSink;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExternalIpsTest {

    private final RecordingSink sink = new RecordingSink();
    private final ExternalIps off = new ExternalIps(sink);

    @Test
    @Rule("I3")
    void whereTheyAreOffServicesComeWithoutThem() {
        off.offer(changes(withExternal(service("web", "10.96.0.10", tcp("", 80)), "192.0.2.7", "203.0.113.8")));
        ServiceSpec web = sink.changes(Change.ServiceSet.class).getFirst().service();
        assertThat(web.externalIps()).isEmpty();
        assertThat(web.loadBalancerIps()).containsExactly(address("203.0.113.8"));
        assertThat(web.clusterIps()).containsExactly(address("10.96.0.10"));
    }

    @Test
    void allElsePassesAsItIs() {
        List<Change> others = changes(serviceGone("web"), new NodeSpec("node1", "", List.of()));
        off.offer(others);
        off.offerSynced();
        assertThat(sink.changes()).isEqualTo(others);
        assertThat(sink.timesSynced()).isEqualTo(1);
    }
}
