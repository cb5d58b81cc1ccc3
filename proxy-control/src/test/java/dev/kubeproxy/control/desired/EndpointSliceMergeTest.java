package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.backend;
import static dev.kubeproxy.control.desired.Specs.endpoint;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.readyOn;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.terminating;
import static dev.kubeproxy.control.desired.Specs.udp;
import static dev.kubeproxy.control.desired.Specs.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.testing.Rule;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointSliceMergeTest {

    private static final ServiceSpec.Port UNNAMED = tcp("", 80);

    @Test
    @Rule("B1")
    void allSlicesOfAServiceMakeOneSet() {
        var endpoints = merged(slice("a", "web", 8080, ready("10.0.0.1")), slice("b", "web", 8080, ready("10.0.0.2")));
        assertThat(endpoints)
                .extracting(ServiceEndpoint::backend)
                .containsExactlyInAnyOrder(backend("10.0.0.1:8080"), backend("10.0.0.2:8080"));
    }

    @Test
    @Rule("B5")
    void anEndpointInTwoSlicesCountsOnce() {
        var endpoints = merged(slice("a", "web", 8080, ready("10.0.0.1")), slice("b", "web", 8080, ready("10.0.0.1")));
        assertThat(endpoints).hasSize(1);
    }

    @Test
    @Rule("B5")
    void anAddressWithTwoTargetPortsIsTwoEndpoints() {
        var endpoints = merged(slice("a", "web", 8080, ready("10.0.0.1")), slice("b", "web", 8081, ready("10.0.0.1")));
        assertThat(endpoints)
                .extracting(ServiceEndpoint::backend)
                .containsExactlyInAnyOrder(backend("10.0.0.1:8080"), backend("10.0.0.1:8081"));
    }

    @Test
    @Rule({"A5", "B2"})
    void portsAreMatchedByNameAndProtocol() {
        var slice = slice(
                "a",
                "dns",
                List.of(
                        new SliceSpec.Port("dns", Protocol.UDP, 5353),
                        new SliceSpec.Port("dns", Protocol.TCP, 5354),
                        new SliceSpec.Port("metrics", Protocol.TCP, 9153)),
                ready("10.0.0.1"));
        EndpointSliceMerge merge = EndpointSliceMerge.of(List.of(slice), THIS_NODE);
        assertThat(merge.of(udp("dns", 53)))
                .extracting(ServiceEndpoint::backend)
                .containsExactly(backend("10.0.0.1:5353"));
        assertThat(merge.of(tcp("dns", 53)))
                .extracting(ServiceEndpoint::backend)
                .containsExactly(backend("10.0.0.1:5354"));
        assertThat(merge.of(tcp("", 53))).isEmpty();
        assertThat(merge.of(udp("metrics", 53))).isEmpty();
    }

    @Test
    @Rule({"B5", "B7"})
    void ofTwoViewsTheLocalOneIsPreferred() {
        var local = slice("b", "web", 8080, readyOn(THIS_NODE, "10.0.0.1"));
        var remote = slice("a", "web", 8080, readyOn("node2", "10.0.0.1"));
        assertThat(merged(remote, local)).singleElement().matches(ServiceEndpoint::local);
        assertThat(merged(local, remote)).singleElement().matches(ServiceEndpoint::local);
    }

    @Test
    @Rule("B5")
    void ofTwoViewsFromElsewhereTheReadyOneIsPreferred() {
        var old = slice("a", "web", 8080, unready("10.0.0.1"));
        var ready = slice("b", "web", 8080, ready("10.0.0.1"));
        var ending = slice("c", "web", 8080, terminating("10.0.0.1"));
        assertThat(merged(old, ending, ready)).singleElement().matches(ServiceEndpoint::ready);
        assertThat(merged(ready, ending, old)).singleElement().matches(ServiceEndpoint::ready);
        assertThat(merged(old, ending)).singleElement().matches(ServiceEndpoint::lastResort);
    }

    @Test
    @Rule("B7")
    void anEndpointOfNoKnownNodeIsNotLocal() {
        assertThat(merged(slice("a", "web", 8080, ready("10.0.0.1")))).noneMatch(ServiceEndpoint::local);
    }

    @Test
    @Rule("K7")
    void anAddressOnThisNodeCountsOnceWhileItHasAReadyEndpoint() {
        var ports = List.of(new SliceSpec.Port("a", Protocol.TCP, 8080), new SliceSpec.Port("b", Protocol.UDP, 5353));
        var counted = slice("a", "web", ports, readyOn(THIS_NODE, "10.0.0.1"), readyOn(THIS_NODE, "10.0.0.2"));
        var again = slice("b", "web", 9090, readyOn(THIS_NODE, "10.0.0.1"), readyOn(THIS_NODE, "fd00::1"));
        var others = slice(
                "c",
                "web",
                ports,
                readyOn("node2", "10.0.0.3"),
                ready("10.0.0.4"),
                endpoint("10.0.0.5", false, true, true, THIS_NODE),
                endpoint("10.0.0.6", false, true, false, THIS_NODE));
        EndpointSliceMerge merge = EndpointSliceMerge.of(List.of(counted, again, others), THIS_NODE);
        assertThat(merge.localReadyIps(IpFamily.IPV4)).isEqualTo(2);
        assertThat(merge.localReadyIps(IpFamily.IPV6)).isEqualTo(1);
        assertThat(EndpointSliceMerge.of(List.of(others), THIS_NODE).localReadyIps(IpFamily.IPV4))
                .isZero();
    }

    private static Collection<ServiceEndpoint> merged(SliceSpec... slices) {
        return EndpointSliceMerge.of(List.of(slices), THIS_NODE).of(UNNAMED);
    }
}
