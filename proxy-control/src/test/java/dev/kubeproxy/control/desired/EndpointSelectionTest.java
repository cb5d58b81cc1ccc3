package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.backend;
import static dev.kubeproxy.control.desired.Specs.endpoint;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.terminating;
import static dev.kubeproxy.control.desired.Specs.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointSelectionTest {

    @Test
    @Rule("C1")
    void readyEndpointsAreChosen() {
        assertThat(chosen(ready("10.0.0.1"), unready("10.0.0.2"), ready("10.0.0.3")))
                .containsExactly(backend("10.0.0.1:80"), backend("10.0.0.3:80"));
    }

    @Test
    @Rule({"C1", "C3"})
    void terminatingEndpointsAreUsedOnlyWhileNoneIsReady() {
        assertThat(chosen(terminating("10.0.0.1"), ready("10.0.0.2"))).containsExactly(backend("10.0.0.2:80"));
        assertThat(chosen(terminating("10.0.0.1"), unready("10.0.0.2"))).containsExactly(backend("10.0.0.1:80"));
    }

    @Test
    @Rule("C3")
    void endpointsThatDoNotServeAreNeverUsed() {
        assertThat(chosen(endpoint("10.0.0.1", false, false, true, null))).isEmpty();
        assertThat(chosen(endpoint("10.0.0.1", false, true, false, null))).isEmpty();
        assertThat(chosen()).isEmpty();
    }

    @Test
    void theOrderIsByAddressHoweverTheyCome() {
        var expected = List.of(
                backend("9.0.0.1:80"), backend("10.0.0.2:80"), backend("10.0.0.10:80"), backend("200.0.0.1:80"));
        assertThat(chosen(ready("200.0.0.1"), ready("10.0.0.10"), ready("10.0.0.2"), ready("9.0.0.1")))
                .isEqualTo(expected);
        assertThat(chosen(ready("9.0.0.1"), ready("10.0.0.2"), ready("200.0.0.1"), ready("10.0.0.10")))
                .isEqualTo(expected);
    }

    @Test
    @Rule("J2")
    void familiesAreApart() {
        SliceSpec.Endpoint[] both = {ready("10.0.0.1"), ready("fd00::1")};
        assertThat(chosen(IpFamily.IPV4, both)).containsExactly(backend("10.0.0.1:80"));
        assertThat(chosen(IpFamily.IPV6, both)).containsExactly(backend("[fd00::1]:80"));
    }

    @Test
    @Rule({"C1", "J2"})
    void aFamilyWithoutReadyEndpointsFallsBackByItself() {
        SliceSpec.Endpoint[] both = {ready("10.0.0.1"), terminating("fd00::1")};
        assertThat(chosen(IpFamily.IPV6, both)).containsExactly(backend("[fd00::1]:80"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        RL R      | 1
        TL R      | 1
        TL RL R   | 2
        TL UL TL  | 1 3
        XL UL T   | drop
        XL UL U   | reject
        """)
    @Rule({"C2", "C3"})
    void theLocalListFallsBackByItself(String endpoints, String local) {
        assertThat(local(endpoints)).isEqualTo(local);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        TL@b T@a       | 1 2
        TL#1 T#2       | 1 2
        """)
    @Rule("C1")
    void hintsMeanNothingToEndpointsThatShutDown(String endpoints, String cluster) {
        assertThat(cluster(endpoints)).isEqualTo(cluster);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        RL@b R@a          | 1
        RL#2@b R#1@a RL@a | 1 3
        """)
    @Rule("C9")
    void hintsMeanNothingToTheLocalList(String endpoints, String local) {
        assertThat(local(endpoints)).isEqualTo(local);
    }

    @Test
    @Rule("J2")
    void aFamilysEndpointsAreNoneOfTheOthers() {
        EndpointLists lists = lists(IpFamily.IPV6, ready("10.0.0.1"));
        assertThat(lists.cluster()).isEmpty();
        assertThat(lists.usableAnywhere()).isFalse();
    }

    @Test
    void eachEndpointStandsInOneWay() {
        assertThat(standings("RL@a R@b U XL", "CIP"))
                .isEqualTo(Map.of(
                        Standing.READY, 1, Standing.FOR_OTHERS, 1, Standing.NOT_READY, 1, Standing.SHUTTING_DOWN, 1));
        assertThat(standings("RL R TL", "iTP"))
                .isEqualTo(Map.of(Standing.READY, 1, Standing.NOT_LOCAL, 1, Standing.SHUTTING_DOWN, 1));
        assertThat(standings("TL U", "CIP")).isEqualTo(Map.of(Standing.TERMINATING, 1, Standing.NOT_READY, 1));
    }

    private static Map<Standing, Integer> standings(String endpoints, String service) {
        NodeFacts node = EndpointTable.nodeOf("node-1 zone-a");
        ServiceSpec spec = EndpointTable.serviceOf(service);
        ServiceSpec.Port port = spec.ports().getFirst();
        List<SliceSpec.Endpoint> all = EndpointTable.endpointsOf(endpoints, node);
        SliceSpec slice = slice("web-1", "web", 80, all.toArray(SliceSpec.Endpoint[]::new));
        return EndpointSelection.standings(
                EndpointSliceMerge.of(List.of(slice), node.name()).of(port),
                IpFamily.IPV4,
                PortPolicies.of(spec, port, IpFamily.IPV4),
                EndpointTable.lists(spec, node, all));
    }

    /** The endpoints of the Cluster list on node-1 in zone a. */
    private static String cluster(String endpoints) {
        EndpointLists lists = lists(EndpointTable.serviceOf("CIP"), endpoints);
        return EndpointTable.text(lists.cluster(), lists.usableAnywhere());
    }

    /** The endpoints of the Local list there. */
    private static String local(String endpoints) {
        EndpointLists lists = lists(EndpointTable.serviceOf("iTP"), endpoints);
        return EndpointTable.text(lists.local(), lists.usableAnywhere());
    }

    private static EndpointLists lists(ServiceSpec service, String endpoints) {
        NodeFacts node = EndpointTable.nodeOf("node-1 zone-a");
        return EndpointTable.lists(service, node, EndpointTable.endpointsOf(endpoints, node));
    }

    private static List<Backend> chosen(SliceSpec.Endpoint... endpoints) {
        return chosen(IpFamily.IPV4, endpoints);
    }

    private static List<Backend> chosen(IpFamily family, SliceSpec.Endpoint... endpoints) {
        return lists(family, endpoints).cluster();
    }

    private static EndpointLists lists(IpFamily family, SliceSpec.Endpoint... endpoints) {
        var merge = EndpointSliceMerge.of(List.of(slice("a", "web", 80, endpoints)), THIS_NODE);
        var node = new NodeFacts(THIS_NODE, null, List.of());
        return new EndpointSelection(node)
                .lists(merge.of(tcp("", 80)), family, new PortPolicies(TrafficPolicy.CLUSTER, null));
    }
}
