package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.address;
import static dev.kubeproxy.control.desired.Specs.addressSet;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static dev.kubeproxy.control.desired.Specs.backend;
import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.forZone;
import static dev.kubeproxy.control.desired.Specs.frontend;
import static dev.kubeproxy.control.desired.Specs.guarded;
import static dev.kubeproxy.control.desired.Specs.name;
import static dev.kubeproxy.control.desired.Specs.nodePort;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.readyOn;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.serviceGone;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.sliceGone;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.udp;
import static dev.kubeproxy.control.desired.Specs.with;
import static dev.kubeproxy.control.desired.Specs.withExternal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.testing.Rule;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterStateTest {

    private static final ServiceSpec WEB = service("web", "10.96.0.10", tcp("", 80));
    private static final SliceSpec WEB_1 = slice("web-1", "web", 8080, ready("10.0.0.1"), ready("10.0.0.2"));

    private final ClusterState state = new ClusterState(THIS_NODE, NodePortAddresses.ALL, DrainPolicy.KEEP);

    @BeforeEach
    void theMachineHasBothFamilies() {
        state.applyMachineAddresses(addresses("127.0.0.1", "192.168.1.5", "::1"));
    }

    @Test
    void aServiceAndItsSliceMakeAServicePort() {
        ServicePort port = onlyPort(told(WEB, WEB_1));
        assertThat(port.name().toString()).isEqualTo("default/web");
        assertThat(port.frontends().keySet()).containsExactly(frontend("10.96.0.10:80/TCP"));
        assertThat(port.pool().backends()).containsExactly(backend("10.0.0.1:8080"), backend("10.0.0.2:8080"));
    }

    @Test
    void aServiceWithoutEndpointsHasAnEmptyPool() {
        ServicePort port = onlyPort(told(WEB));
        assertThat(port.frontends()).isNotEmpty();
        assertThat(port.pool().isEmpty()).isTrue();
    }

    @Test
    void slicesAloneMakeNothing() {
        assertThat(told(WEB_1)).isEmpty();
    }

    @Test
    @Rule("B1")
    void slicesThatComeFirstAreUsedOnceTheServiceIsThere() {
        told(WEB_1);
        assertThat(onlyPort(told(WEB)).pool().backends()).hasSize(2);
    }

    @Test
    void aDeletedServiceIsGoneAndComesBack() {
        told(WEB, WEB_1);
        assertThat(told(serviceGone("web"))).singleElement().matches(DesiredService::isGone);
        assertThat(onlyPort(told(WEB)).pool().backends()).hasSize(2);
    }

    @Test
    void whatIsEqualIsNotTold() {
        told(WEB, WEB_1);
        assertThat(told(WEB, WEB_1)).isEmpty();
        assertThat(told(slice("web-1", "web", 8080, ready("10.0.0.2"), ready("10.0.0.1"))))
                .isEmpty();
    }

    @Test
    void theAddressOfAnotherNodeIsNeverTakenFromIt() {
        ServiceSpec exposed = withExternal(WEB, "192.168.1.6", "192.168.1.7");
        assertThat(told(exposed, WEB_1))
                .singleElement()
                .satisfies(web ->
                        assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "192.168.1.6", "192.168.1.7")));
        assertThat(told(new NodeSpec("node2", "", addresses("192.168.1.6"))))
                .singleElement()
                .satisfies(web -> assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "192.168.1.7")));
        assertThat(told(new NodeSpec("node2", "", List.of())))
                .singleElement()
                .satisfies(web -> assertThat(web.addresses()).hasSize(3));
    }

    @Test
    void untilTheNodesAreKnownNothingButClusterIpsIsTaken() {
        ServiceSpec exposed = withExternal(WEB, "192.168.1.6", "192.168.1.7");
        state.apply(new Change.NodesKnown(false));
        DesiredService web = told(exposed, WEB_1).getFirst();
        assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10"));
        assertThat(onlyPort(List.of(web)).frontends().keySet()).containsExactly(frontend("10.96.0.10:80/TCP"));
        assertThat(told(new NodeSpec("node2", "", addresses("192.168.1.6")), new Change.NodesKnown(true)))
                .singleElement()
                .satisfies(known -> assertThat(known.addresses()).isEqualTo(addressSet("10.96.0.10", "192.168.1.7")));
    }

    @Test
    void theApiServersAddressIsTakenOnlyAsAClusterIp() {
        ServiceSpec exposed = withExternal(WEB, "192.168.1.6", "192.168.1.7");
        told(exposed, WEB_1);
        Change apiServer = new Change.ApiServerAt(addresses("192.168.1.6", "10.96.0.10"));
        assertThat(told(apiServer))
                .singleElement()
                .satisfies(web -> assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "192.168.1.7")));
    }

    @Test
    void theApiServersAddressIsServedWhereItIsThisNodes() {
        told(withExternal(WEB, "192.168.1.6", ""), WEB_1);
        assertThat(told(new Change.ApiServerAt(addresses("192.168.1.6")))).hasSize(1);
        state.applyMachineAddresses(addresses("127.0.0.1", "192.168.1.6"));
        assertThat(told(WEB_1))
                .singleElement()
                .satisfies(web -> assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "192.168.1.6")));
    }

    @Test
    @Rule("H4")
    void whatAnInterfaceOfThisNodeHasIsServedWhoeverElseSaysToHaveIt() {
        told(withExternal(WEB, "192.168.1.5", ""), WEB_1);
        assertThat(told(new NodeSpec("node-before", "", addresses("192.168.1.5"))))
                .isEmpty();
        assertThat(told(new Change.NodesKnown(false))).isEmpty();
    }

    @Test
    @Rule("I3")
    void anExternalIpThatIsAPodsIsNotTakenFromIt() {
        ClusterState ranged = new ClusterState(
                THIS_NODE, NodePortAddresses.ALL, DrainPolicy.KEEP, List.of(Cidr.parse("10.244.0.0/16")));
        changes(withExternal(WEB, "10.244.3.7,203.0.113.7", "")).forEach(ranged::apply);
        DesiredService web = ranged.rebuild().changed().getFirst();
        assertThat(web.elsewhere()).isEqualTo(Map.of(address("10.244.3.7"), AddressOwner.POD));
        assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "203.0.113.7"));
        assertThat(onlyPort(List.of(web)).frontends())
                .containsOnlyKeys(frontend("10.96.0.10:80/TCP"), frontend("203.0.113.7:80/TCP"));
    }

    @Test
    @Rule("I3")
    void anExternalIpInTheRangeOfANodesPodsIsNotTaken() {
        told(withExternal(WEB, "10.244.3.7", ""), WEB_1);
        assertThat(elsewhere(told(withPods("node2", "10.244.3.0/24")))).containsKey(address("10.244.3.7"));
        assertThat(told(withPods("node3", "10.244.4.0/24"))).isEmpty();
        assertThat(elsewhere(told(new Change.NodeGone("node2")))).isEmpty();
        assertThat(elsewhere(told(withPods(THIS_NODE, "10.244.3.0/24")))).containsKey(address("10.244.3.7"));
    }

    @Test
    @Rule("I3")
    void anEndpointTakesNoExternalIpFromAService() {
        told(withExternal(WEB, "10.0.0.9", ""));
        assertThat(elsewhere(told(slice("web-1", "web", 8080, readyOn("node2", "10.0.0.9")))))
                .isEmpty();
    }

    @Test
    @Rule("I1")
    void aLoadBalancersIpIsServedThoughItIsInTheRangeOfPods() {
        told(withExternal(WEB, "", "10.244.3.7"), WEB_1);
        assertThat(told(withPods("node2", "10.244.3.0/24"))).isEmpty();
    }

    @Test
    @Rule("O3")
    void linkLocalAddressesThatComeWithPodsConcernNoService() {
        told(WEB, WEB_1);
        state.applyMachineAddresses(addresses("127.0.0.1", "192.168.1.5", "::1", "fe80::1"));
        assertThat(state.rebuild().standings()).isEmpty();
    }

    @Test
    void theAddressOfADeletedNodeIsNotTakenEither() {
        told(withExternal(WEB, "192.168.1.6", ""), new NodeSpec("node2", "", addresses("192.168.1.6")));
        assertThat(told(new Change.NodeGone("node2")))
                .singleElement()
                .satisfies(web -> assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10")));
    }

    @Test
    @Rule("K7")
    void endpointsOfTheSecondFamilyAloneCountForALoadBalancerToo() {
        ServiceSpec dual = service("web", "10.96.0.10,fd00:96::10", tcp("", 80));
        DesiredService web = told(
                        guarded(with(dual, TrafficPolicy.CLUSTER, TrafficPolicy.LOCAL), 32000),
                        slice("v4", "web", 8080, readyOn("node2", "10.0.0.1")),
                        slice("v6", "web", 8080, readyOn(THIS_NODE, "fd00::7"), readyOn(THIS_NODE, "fd00::8")))
                .getFirst();
        assertThat(web.health()).map(ServiceHealth::localEndpoints).contains(2);
    }

    @Test
    @Rule("I1")
    void aLoadBalancerMayHaveTheAddressOfADeletedNode() {
        told(withExternal(WEB, "", "192.168.1.6"), new NodeSpec("node2", "", addresses("192.168.1.6")));
        assertThat(told(new Change.NodeGone("node2")))
                .singleElement()
                .satisfies(web -> assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "192.168.1.6")));
    }

    @Test
    void ofDeletedNodesTheNewestAreRemembered() {
        told(withExternal(WEB, "192.168.1.6", ""), new NodeSpec("node2", "", addresses("192.168.1.6")));
        told(new Change.NodeGone("node2"));
        for (int i = 0; i < 999; i++) {
            assertThat(toldOfDeletedNode(i)).isEmpty();
        }
        assertThat(toldOfDeletedNode(999))
                .singleElement()
                .satisfies(web -> assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "192.168.1.6")));
    }

    @Test
    void aDeletedNodeKeepsItsZoneAndAddresses() {
        told(new NodeSpec(THIS_NODE, "a", addresses("192.168.1.5")));
        NodeFacts before = state.node();
        told(new Change.NodeGone(THIS_NODE));
        assertThat(state.node()).isEqualTo(before);
    }

    @Test
    void aNodeWithoutAddressesConcernsNoService() {
        told(WEB, WEB_1);
        state.apply(new Change.NodeSet(new NodeSpec("node2", "", List.of())));
        assertThat(state.rebuild().standings()).isEmpty();
    }

    @Test
    @Rule("A9")
    void changesThatCancelOutAreNotTold() {
        assertThat(told(WEB, serviceGone("web"))).isEmpty();
        told(WEB, WEB_1);
        assertThat(told(serviceGone("web"), WEB)).isEmpty();
        assertThat(told(sliceGone("web-1"), WEB_1)).isEmpty();
    }

    @Test
    void aChangeConcernsItsServiceOnly() {
        told(WEB, WEB_1, service("api", "10.96.0.11", tcp("", 80)));
        List<DesiredService> changed = told(slice("api-1", "api", 8080, ready("10.0.0.3")));
        assertThat(changed).extracting(DesiredService::name).containsExactly(name("api"));
    }

    @Test
    @Rule("A8")
    void anUnchangedPoolIsTheSameInstance() {
        BackendPool before = onlyPort(told(WEB, WEB_1)).pool();
        ServicePort moved = onlyPort(told(service("web", "10.96.0.99", tcp("", 80))));
        assertThat(moved.frontends().keySet()).containsExactly(frontend("10.96.0.99:80/TCP"));
        assertThat(moved.pool()).isSameAs(before);
    }

    @Test
    @Rule({"A8", "E7"})
    void affinityIsPartOfThePool() {
        told(WEB, WEB_1);
        var sticky = new Affinity.ClientIp(Duration.ofHours(3));
        assertThat(onlyPort(told(with(WEB, sticky))).pool().affinity()).isEqualTo(sticky);
        var shorter = new Affinity.ClientIp(Duration.ofSeconds(5));
        assertThat(onlyPort(told(with(WEB, shorter))).pool().affinity()).isEqualTo(shorter);
    }

    @Test
    @Rule("B5")
    void anEndpointThatMovesBetweenSlicesStays() {
        told(WEB, WEB_1);
        assertThat(told(slice("web-1", "web", 8080, ready("10.0.0.1")), slice("web-2", "web", 8080, ready("10.0.0.2"))))
                .isEmpty();
        assertThat(told(slice("web-2", "web", 8080, ready("10.0.0.1"), ready("10.0.0.2")), sliceGone("web-1")))
                .isEmpty();
    }

    @Test
    @Rule("B1")
    void aSliceThatChangesItsServiceMovesThere() {
        told(WEB, WEB_1, service("api", "10.96.0.11", tcp("", 80)));
        List<DesiredService> changed = told(slice("web-1", "api", 8080, ready("10.0.0.1")));
        assertThat(changed).extracting(DesiredService::name).containsExactly(name("api"), name("web"));
        assertThat(onlyPort(changed.subList(0, 1)).pool().backends()).hasSize(1);
        assertThat(onlyPort(changed.subList(1, 2)).pool().backends()).isEmpty();
    }

    @Test
    @Rule("J2")
    void eachFamilyOfADualStackServiceIsAServicePort() {
        var dual = service("web", "10.96.0.10,fd00:96::10", tcp("http", 80));
        var v4 = slice("v4", "web", List.of(new SliceSpec.Port("http", Protocol.TCP, 8080)), ready("10.0.0.1"));
        var v6 = slice("v6", "web", List.of(new SliceSpec.Port("http", Protocol.TCP, 8080)), ready("fd00::1"));
        List<ServicePort> ports = told(dual, v4, v6).getFirst().state().ports();
        assertThat(ports).extracting(port -> port.name().family()).containsExactly(IpFamily.IPV4, IpFamily.IPV6);
        assertThat(ports).extracting(port -> port.name().toString()).containsOnly("default/web:http");
        assertThat(ports.getFirst().pool().backends()).containsExactly(backend("10.0.0.1:8080"));
        assertThat(ports.getLast().frontends().keySet()).containsExactly(frontend("[fd00:96::10]:80/TCP"));
        assertThat(ports.getLast().pool().backends()).containsExactly(backend("[fd00::1]:8080"));
    }

    @Test
    @Rule("J3")
    void aNodeWithoutAFamilyServesTheOther() {
        state.applyMachineAddresses(addresses("127.0.0.1"));
        DesiredService web =
                told(service("web", "10.96.0.10,fd00:96::10", tcp("", 80))).getFirst();
        assertThat(web.state().ports()).extracting(port -> port.name().family()).containsExactly(IpFamily.IPV4);
        assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10"));
        assertThat(told(service("six", "fd00:96::11", tcp("", 80)))).isEmpty();
    }

    @Test
    @Rule({"I1", "I3"})
    void externalAndLoadBalancerAddressesAreFrontendsToo() {
        DesiredService web =
                told(withExternal(WEB, "203.0.113.7", "203.0.113.8")).getFirst();
        assertThat(onlyPort(List.of(web)).frontends().keySet())
                .containsExactlyInAnyOrder(
                        frontend("10.96.0.10:80/TCP"), frontend("203.0.113.7:80/TCP"), frontend("203.0.113.8:80/TCP"));
        assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10", "203.0.113.7", "203.0.113.8"));
    }

    @Test
    @Rule("A5")
    void tcpAndUdpOnOneNumberAreTwoPorts() {
        ServiceSpec dns = service("dns", "10.96.0.53", tcp("tcp", 53), udp("udp", 53));
        var tcpOnly = slice("dns-1", "dns", List.of(new SliceSpec.Port("tcp", Protocol.TCP, 5353)), ready("10.0.0.1"));
        List<ServicePort> ports = told(dns, tcpOnly).getFirst().state().ports();
        assertThat(ports)
                .extracting(port -> port.frontends().keySet().toString())
                .containsExactly("[10.96.0.53:53/TCP]", "[10.96.0.53:53/UDP]");
        assertThat(ports.getFirst().pool().backends()).hasSize(1);
        assertThat(ports.getLast().pool().isEmpty()).isTrue();
    }

    @Test
    @Rule("B1")
    void slicesBelongToServicesOfTheirNamespace() {
        var elsewhere = new SliceSpec(
                new ServiceName("other", "web-1"), new ServiceName("other", "web"), WEB_1.ports(), WEB_1.endpoints());
        assertThat(onlyPort(told(WEB, elsewhere)).pool().isEmpty()).isTrue();
    }

    @Test
    @Rule("A8")
    void eachChangeOfAServiceIsTold() {
        told(WEB, WEB_1);
        List<ServiceSpec> changes = List.of(
                service("web", "10.96.0.10", udp("", 80)),
                service("web", "10.96.0.10", tcp("", 81)),
                service("web", "10.96.0.10", nodePort(Protocol.TCP, 81, 30081)),
                service("web", "10.96.0.10", nodePort(Protocol.TCP, 81, 30082)),
                withExternal(WEB, "203.0.113.7", ""),
                withExternal(WEB, "203.0.113.7", "203.0.113.8"),
                with(WEB, new Affinity.ClientIp(Duration.ofSeconds(5))),
                with(WEB, new Affinity.ClientIp(Duration.ofSeconds(6))),
                with(WEB, TrafficPolicy.LOCAL, TrafficPolicy.CLUSTER),
                WEB);
        assertThat(changes).allSatisfy(changed -> assertThat(told(changed)).hasSize(1));
    }

    @Test
    void theNodesAddressesServeNodePortsAndAreNotClaimed() {
        DesiredService web = told(service("web", "10.96.0.10", nodePort(Protocol.UDP, 53, 30053)))
                .getFirst();
        assertThat(onlyPort(List.of(web)).frontends().keySet())
                .containsExactlyInAnyOrder(
                        frontend("10.96.0.10:53/UDP"),
                        frontend("127.0.0.1:30053/UDP"),
                        frontend("192.168.1.5:30053/UDP"));
        assertThat(web.addresses()).isEqualTo(addressSet("10.96.0.10"));
    }

    @Test
    @Rule("H8")
    void nodePortsFollowTheNodesAddresses() {
        told(WEB, service("dns", "10.96.0.53", nodePort(Protocol.UDP, 53, 30053)));
        state.applyMachineAddresses(addresses("127.0.0.1", "192.168.1.5", "192.168.1.6", "::1"));
        List<DesiredService> changed = told();
        assertThat(changed).extracting(DesiredService::name).containsExactly(name("dns"));
        assertThat(onlyPort(changed).frontends().keySet()).contains(frontend("192.168.1.6:30053/UDP"));
    }

    @Test
    @Rule("C9")
    void endpointsFollowTheNodesZone() {
        told(
                WEB,
                slice("web-1", "web", 8080, forZone(ready("10.0.0.1"), "a"), forZone(ready("10.0.0.2"), "b")),
                service("api", "10.96.0.11", tcp("", 80)));
        assertThat(onlyPort(told(new NodeSpec(THIS_NODE, "a", List.of())))
                        .pool()
                        .backends())
                .containsExactly(backend("10.0.0.1:8080"));
        assertThat(onlyPort(told(new NodeSpec(THIS_NODE, "b", List.of())))
                        .pool()
                        .backends())
                .containsExactly(backend("10.0.0.2:8080"));
        assertThat(told(new NodeSpec("node2", "a", List.of()))).isEmpty();
        assertThat(told(new NodeSpec(THIS_NODE, "b", addresses("192.168.1.5")))).isEmpty();
        assertThat(onlyPort(told(new NodeSpec(THIS_NODE, "", List.of()))).pool().backends())
                .hasSize(2);
    }

    @Test
    @Rule("C2")
    void theInternalPolicyLocalKeepsClientsOnTheNode() {
        told(WEB, slice("web-1", "web", 8080, readyOn(THIS_NODE, "10.0.0.1"), readyOn("node2", "10.0.0.2")));
        ServicePort local = onlyPort(told(with(WEB, TrafficPolicy.LOCAL, TrafficPolicy.CLUSTER)));
        assertThat(local.pool().backends()).containsExactly(backend("10.0.0.1:8080"));
        ServicePort emptied = onlyPort(told(slice("web-1", "web", 8080, readyOn("node2", "10.0.0.2"))));
        assertThat(emptied.pool().isEmpty()).isTrue();
        assertThat(onlyPort(told(WEB)).pool().backends()).containsExactly(backend("10.0.0.2:8080"));
    }

    @Test
    void anotherNodesObjectIsOfNoConcern() {
        state.apply(new Change.NodeSet(new NodeSpec("node2", "zone-b", List.of())));
        assertThat(state.node().spec()).isNull();
        state.apply(new Change.NodeSet(new NodeSpec(THIS_NODE, "zone-a", List.of())));
        assertThat(state.node().spec()).isNotNull();
    }

    @Test
    void whatWasNotToldComesAgain() {
        changes(WEB, WEB_1).forEach(state::apply);
        List<DesiredService> first = state.rebuild().changed();
        assertThat(state.rebuild().changed()).isEqualTo(first);
        first.forEach(state::told);
        assertThat(state.rebuild().changed()).isEmpty();
    }

    @Test
    void aServiceThatCannotBeBuiltHarmsNoOther() {
        changes(WEB, WEB_1).forEach(state::apply);
        state.apply(new Change.ServiceSet(service("bad", "10.96.0.66", tcp("", 70_000))));
        ClusterState.Rebuilt rebuilt = state.rebuild();
        assertThat(rebuilt.changed()).extracting(DesiredService::name).containsExactly(name("web"));
        assertThat(rebuilt.failed()).containsOnlyKeys(name("bad"));
        rebuilt.changed().forEach(state::told);
        state.apply(new Change.ServiceSet(service("bad", "10.96.0.66", tcp("", 7000))));
        assertThat(state.rebuild().changed()).extracting(DesiredService::name).containsExactly(name("bad"));
    }

    private static NodeSpec withPods(String name, String range) {
        return new NodeSpec(name, "", List.of(), true, List.of(Cidr.parse(range)));
    }

    private static Map<InetAddress, AddressOwner> elsewhere(List<DesiredService> changed) {
        assertThat(changed).hasSize(1);
        return changed.getFirst().elsewhere();
    }

    private List<DesiredService> toldOfDeletedNode(int number) {
        String name = "node-" + number;
        return told(
                new NodeSpec(name, "", addresses("10.1." + number / 250 + "." + number % 250)),
                new Change.NodeGone(name));
    }

    /** Applies, rebuilds, and says what the data plane is told. */
    private List<DesiredService> told(Object... specs) {
        changes(specs).forEach(state::apply);
        List<DesiredService> changed = state.rebuild().changed();
        changed.forEach(state::told);
        return changed;
    }

    private static ServicePort onlyPort(List<DesiredService> changed) {
        assertThat(changed).hasSize(1);
        List<ServicePort> ports = changed.getFirst().state().ports();
        assertThat(ports).hasSize(1);
        return ports.getFirst();
    }
}
