package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.addressSet;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static dev.kubeproxy.control.desired.Specs.backend;
import static dev.kubeproxy.control.desired.Specs.endpoint;
import static dev.kubeproxy.control.desired.Specs.frontend;
import static dev.kubeproxy.control.desired.Specs.guarded;
import static dev.kubeproxy.control.desired.Specs.name;
import static dev.kubeproxy.control.desired.Specs.nodePort;
import static dev.kubeproxy.control.desired.Specs.readyOn;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.terminating;
import static dev.kubeproxy.control.desired.Specs.unready;
import static dev.kubeproxy.control.desired.Specs.with;
import static dev.kubeproxy.control.desired.Specs.withExternal;
import static dev.kubeproxy.server.model.FrontendKind.CLUSTER_IP;
import static dev.kubeproxy.server.model.FrontendKind.EXTERNAL_IP;
import static dev.kubeproxy.server.model.FrontendKind.LOAD_BALANCER_IP;
import static dev.kubeproxy.server.model.FrontendKind.NODE_PORT;
import static dev.kubeproxy.server.model.TrafficPolicy.CLUSTER;
import static dev.kubeproxy.server.model.TrafficPolicy.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may come in by which address of a Service, and to which endpoints. */
class ServiceStateBuilderTest {

    private static final ServiceSpec WEB =
            withExternal(service("web", "10.96.0.10", nodePort(Protocol.TCP, 80, 30080)), "192.0.2.7", "203.0.113.8");
    private static final NodeFacts NODE = new NodeFacts(
            THIS_NODE, new NodeSpec(THIS_NODE, "", addresses("192.168.1.5")), addresses("127.0.0.1", "192.168.1.5"));

    @Test
    @Rule({"D4", "D5"})
    void theInternalPolicyIsForTheClusterIpAndTheExternalOneForTheOutsideOfAllOthers() {
        assertThat(port(with(WEB, LOCAL, CLUSTER)).frontends())
                .hasSize(4)
                .containsEntry(frontend("10.96.0.10:80/TCP"), access(CLUSTER_IP, LOCAL, LOCAL))
                .containsEntry(frontend("192.0.2.7:80/TCP"), access(EXTERNAL_IP, CLUSTER, CLUSTER))
                .containsEntry(frontend("203.0.113.8:80/TCP"), access(LOAD_BALANCER_IP, CLUSTER, CLUSTER))
                .containsEntry(frontend("0.0.0.0:30080/TCP"), access(NODE_PORT, CLUSTER, CLUSTER));
        assertThat(port(with(WEB, CLUSTER, LOCAL)).frontends())
                .hasSize(4)
                .containsEntry(frontend("10.96.0.10:80/TCP"), access(CLUSTER_IP, CLUSTER, CLUSTER))
                .containsEntry(frontend("192.0.2.7:80/TCP"), access(EXTERNAL_IP, CLUSTER, LOCAL))
                .containsEntry(frontend("203.0.113.8:80/TCP"), access(LOAD_BALANCER_IP, CLUSTER, LOCAL))
                .containsEntry(frontend("0.0.0.0:30080/TCP"), access(NODE_PORT, CLUSTER, LOCAL));
    }

    @Test
    @Rule("I2")
    void sourceRangesAreForTheLoadBalancersAddressOnly() {
        ServicePort port = port(guarded(WEB, 0, "198.51.100.0/24", "fd00::/8"));
        assertThat(port.frontends())
                .containsEntry(
                        frontend("203.0.113.8:80/TCP"), access(LOAD_BALANCER_IP, CLUSTER, CLUSTER, "198.51.100.0/24"));
        assertThat(port.frontends().values())
                .filteredOn(access -> access.kind() != LOAD_BALANCER_IP)
                .hasSize(3)
                .allMatch(access -> access.clients().isEmpty());
    }

    @Test
    @Rule("I2")
    void sourceRangesHoldForALoadBalancersAddressThatIsAnExternalIpToo() {
        ServiceSpec both = guarded(withExternal(WEB, "203.0.113.8", "203.0.113.8"), 0, "198.51.100.0/24");
        assertThat(port(both).frontends())
                .containsEntry(
                        frontend("203.0.113.8:80/TCP"), access(LOAD_BALANCER_IP, CLUSTER, CLUSTER, "198.51.100.0/24"));
    }

    @Test
    @Rule("I2")
    void aNodeThatIsInARangeMayComeInByTheAddressThatItDials() {
        assertThat(port(guarded(WEB, 0, "192.168.1.0/24")).frontends())
                .containsEntry(
                        frontend("203.0.113.8:80/TCP"),
                        access(LOAD_BALANCER_IP, CLUSTER, CLUSTER, "192.168.1.0/24", "203.0.113.8/32"));
    }

    @Test
    @Rule({"C1", "C2", "D2"})
    void aPortWithEndpointsElsewhereKnowsThatItIsUsableThere() {
        ServicePort elsewhere = port(with(WEB, LOCAL, LOCAL), readyOn("node2", "10.244.2.7"));
        assertThat(elsewhere.local().isEmpty()).isTrue();
        assertThat(elsewhere.cluster().backends()).containsExactly(backend("10.244.2.7:8080"));
        assertThat(elsewhere.usableAnywhere()).isTrue();
        ServicePort here =
                port(with(WEB, LOCAL, LOCAL), readyOn(THIS_NODE, "10.244.1.7"), readyOn("node2", "10.244.2.7"));
        assertThat(here.local().backends()).containsExactly(backend("10.244.1.7:8080"));
        assertThat(here.cluster().backends()).hasSize(2);
    }

    @Test
    @Rule("D2")
    void aPortThatOnlyTheInternalPolicyKeepsHereIsUsableElsewhereToo() {
        ServiceSpec inside = with(service("web", "10.96.0.10", nodePort(Protocol.TCP, 80, 0)), LOCAL, CLUSTER);
        assertThat(port(inside, readyOn("node2", "10.244.2.7")).usableAnywhere())
                .isTrue();
    }

    @Test
    @Rule("D1")
    void aPortWithoutEndpointsThatServeIsUsableNowhere() {
        assertThat(port(with(WEB, LOCAL, LOCAL)).usableAnywhere()).isFalse();
        assertThat(port(with(WEB, LOCAL, LOCAL), unready("10.244.2.7")).usableAnywhere())
                .isFalse();
    }

    @Test
    @Rule("H4")
    void anExternalIpThatIsTheNodesOwnIsAFrontendToo() {
        DesiredService web = build(withExternal(WEB, "192.168.1.5", ""));
        assertThat(web.state().ports().getFirst().frontends())
                .containsEntry(frontend("192.168.1.5:80/TCP"), access(EXTERNAL_IP, CLUSTER, CLUSTER));
        assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "192.168.1.5"));
    }

    @Test
    @Rule({"K6", "K7", "K8"})
    void aLoadBalancerThatAsksForHealthIsToldOfReadyEndpointsHere() {
        ServiceSpec local = guarded(with(WEB, CLUSTER, LOCAL), 32000);
        assertThat(build(local, readyOn(THIS_NODE, "10.244.1.7"), readyOn("node2", "10.244.2.7"))
                        .health())
                .contains(new ServiceHealth(32000, addressSet("0.0.0.0"), 1));
        assertThat(build(guarded(WEB, 0)).health()).isEmpty();
    }

    @Test
    @Rule("D9")
    void theServicesOwnDrainPolicyComesBeforeTheProxys() {
        assertThat(drain(DrainPolicy.KEEP, ServiceSpec.Extras.NONE)).isEqualTo(Drain.KEEP);
        assertThat(drain(DrainPolicy.CLOSE, ServiceSpec.Extras.NONE)).isInstanceOf(Drain.Close.class);
        assertThat(drain(DrainPolicy.CLOSE, asking(DrainPolicy.KEEP))).isEqualTo(Drain.KEEP);
        assertThat(drain(DrainPolicy.KEEP, asking(DrainPolicy.CLOSE))).isInstanceOf(Drain.Close.class);
    }

    @Test
    @Rule("D9")
    void anEndpointKeepsItsConnectionsUntilItLeavesOrEnds() {
        ServiceSpec web = with(with(WEB, LOCAL, LOCAL), asking(DrainPolicy.CLOSE));
        assertThat(port(
                                web,
                                readyOn("node2", "10.244.2.7"),
                                unready("10.244.1.7"),
                                terminating("10.244.1.8"),
                                endpoint("10.244.1.9", true, false, true, null),
                                endpoint("10.244.1.10", false, false, true, null),
                                readyOn(THIS_NODE, "fd00::7"))
                        .drain())
                .isEqualTo(new Drain.Close(Set.of(
                        backend("10.244.2.7:8080"),
                        backend("10.244.1.7:8080"),
                        backend("10.244.1.8:8080"),
                        backend("10.244.1.9:8080"))));
    }

    @Test
    @Rule({"B5", "D9"})
    void ofTwoViewsOfAnEndpointTheOneCountsThatKeepsItsConnections() {
        ServiceSpec web = with(WEB, asking(DrainPolicy.CLOSE));
        assertThat(port(web, endpoint("10.244.1.7", false, false, true, null), unready("10.244.1.7"))
                        .drain()
                        .keeps(backend("10.244.1.7:8080")))
                .isTrue();
    }

    @Test
    void aDrainThatDidNotChangeIsTheSameInstance() {
        ServiceSpec web = with(WEB, asking(DrainPolicy.CLOSE));
        DesiredService before = build(web, readyOn(THIS_NODE, "10.244.1.7"));
        DesiredService after = builder(web, DrainPolicy.KEEP)
                .build(List.of(slice("web-2", "web", 8080, unready("10.244.1.7"))), before)
                .asked();
        assertThat(after.state().ports().getFirst().drain())
                .isSameAs(before.state().ports().getFirst().drain());
    }

    private static ServiceSpec.Extras asking(DrainPolicy policy) {
        return new ServiceSpec.Extras(Optional.of(policy), UdpBalancing.SESSION);
    }

    private static Drain drain(DrainPolicy ofTheProxy, ServiceSpec.Extras extras) {
        return builder(with(WEB, extras), ofTheProxy)
                .build(List.of(), DesiredService.gone(name("web")))
                .asked()
                .state()
                .ports()
                .getFirst()
                .drain();
    }

    private static ServicePort port(ServiceSpec service, SliceSpec.Endpoint... endpoints) {
        return build(service, endpoints).state().ports().getFirst();
    }

    private static DesiredService build(ServiceSpec service, SliceSpec.Endpoint... endpoints) {
        return builder(service, DrainPolicy.KEEP)
                .build(List.of(slice("web-1", "web", 8080, endpoints)), DesiredService.gone(name("web")))
                .asked();
    }

    private static ServiceStateBuilder builder(ServiceSpec service, DrainPolicy drainPolicy) {
        var owners = new AddressOwners(new OtherMachines(), new PodAddresses(List.of()));
        return new ServiceStateBuilder(service, NODE, NodePortAddresses.ALL, drainPolicy, owners);
    }

    private static Access access(FrontendKind kind, TrafficPolicy inside, TrafficPolicy outside, String... clients) {
        return new Access(
                kind, inside, outside, Stream.of(clients).map(Cidr::parse).toList());
    }
}
