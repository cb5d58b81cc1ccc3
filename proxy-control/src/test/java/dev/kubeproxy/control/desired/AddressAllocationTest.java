package dev.kubeproxy.control.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AddressAllocationTest {

    private final AddressAllocation dualStack = allocation("10.96.0.0/12", "fd00::/108");
    private final AddressAllocation allocation = allocation("10.96.0.0/12");
    private final AddressAllocation six = allocation("10.96.0.0/29");

    @Test
    void givesAnAddressAboveThoseKeptForNames() {
        var address = Addresses.parse(clusterIp(allocation, "web"));
        assertThat(Cidr.parse("10.96.0.0/12").contains(address)).isTrue();
        assertThat(Cidr.parse("10.96.0.0/24").contains(address)).isFalse();
    }

    @Test
    void givesWhatIsNamed() {
        assertThat(granted(allocation, named("web", "10.96.0.10")).clusterIps())
                .containsExactly(Addresses.parse("10.96.0.10"));
    }

    @Test
    void givesTheSameAfterDeletingAndAddingAgain() {
        String before = clusterIp(allocation, "web");
        allocation.release(name("web"));
        assertThat(clusterIp(allocation, "web")).isEqualTo(before);
    }

    @Test
    void givesWhatIsRememberedThoughAnotherComesFirst() {
        var earlier = allocation("10.96.0.0/29");
        var names = List.of("a", "b", "c", "d");
        var before = names.stream().map(name -> clusterIp(earlier, name)).toList();

        six.remember(earlier.allotments());
        clusterIp(six, "new");
        assertThat(names.reversed().stream().map(name -> clusterIp(six, name)).toList())
                .isEqualTo(before.reversed());
    }

    @Test
    void forgetsOfThoseGoneOnlyWhatIsNeeded() {
        for (String name : List.of("a", "b", "c", "d", "e", "f")) {
            clusterIp(six, name);
        }
        six.release(name("c"));
        String taken = clusterIp(six, "new");
        assertThat(denied(six, any("c")))
                .containsExactly(
                        "spec.clusterIP: all 6 addresses of --service-cluster-ip-range 10.96.0.0/29 are in use; widen"
                                + " it, or remove a Service");
        assertThat(six.allotments())
                .extracting(Allotment::toString)
                .contains("default/new " + taken)
                .hasSize(6);
    }

    @Test
    void saysWhoHasANamedAddress() {
        granted(allocation, named("web", "10.96.0.10"));
        assertThat(denied(allocation, named("shop", "10.96.0.10")))
                .containsExactly(
                        "spec.clusterIP: 10.96.0.10 belongs to Service default/web already; choose another, or leave"
                                + " the field out");
    }

    @Test
    void chooseNothingThatAnotherNamesAtTheSameTime() {
        for (String last : List.of("1", "2", "3", "4", "5", "6")) {
            var small = allocation("10.96.0.0/29");
            var grants = small.assign(List.of(any("web"), named("shop", "10.96.0." + last)));
            assertThat(grants.values()).allMatch(AddressGrant.Granted.class::isInstance);
        }
    }

    @Test
    void handsAnAddressOverWithinOneChange() {
        granted(allocation, named("web", "10.96.0.10"));
        var grants = allocation.assign(List.of(named("shop", "10.96.0.10"), named("web", "10.96.0.11")));
        assertThat(grants.values()).allMatch(AddressGrant.Granted.class::isInstance);
    }

    @Test
    void keepsTheAddressWhenItIsNoLongerNamed() {
        granted(allocation, named("web", "10.96.0.10"));
        assertThat(clusterIp(allocation, "web")).isEqualTo("10.96.0.10");
    }

    @Test
    void servicesExchangeWhatTheyHaveWhereAllThenGetWhatTheyWant() {
        for (int i = 1; i <= 4; i++) {
            granted(allocation, named("s" + i, "10.96.0." + i));
        }
        granted(allocation, ports("p", tcp(80, 30080)));
        granted(allocation, ports("q", tcp(80, 30081)));
        var grants = allocation.assign(List.of(
                named("s1", "10.96.0.2"),
                named("s2", "10.96.0.3"),
                named("s3", "10.96.0.1"),
                named("waits", "10.96.0.4"),
                ports("p", tcp(80, 30081)),
                ports("q", tcp(80, 30080))));
        assertThat(grants.remove(name("waits"))).isInstanceOf(AddressGrant.Denied.class);
        assertThat(grants.values()).hasSize(5).allMatch(AddressGrant.Granted.class::isInstance);
        assertThat(denied(allocation, named("other", "10.96.0.1")))
                .first()
                .asString()
                .contains("default/s3");
    }

    @Test
    void whoExchangesKeepsWhatItNoLongerNames() {
        granted(
                allocation,
                new AddressRequest(name("a"), List.of("10.96.0.5"), List.of(), "", List.of(tcp(80, 30080))));
        granted(allocation, ports("b", tcp(80, 30081)));
        var grants = allocation.assign(List.of(ports("a", tcp(80, 30081)), ports("b", tcp(80, 30080))));
        assertThat(((AddressGrant.Granted) Objects.requireNonNull(grants.get(name("a")))).clusterIps())
                .containsExactly(Addresses.parse("10.96.0.5"));
    }

    @Test
    void whoGetsNothingInAnExchangeKeepsWhatItHad() {
        granted(allocation, named("a", "10.96.0.1"));
        granted(allocation, named("b", "10.96.0.2"));
        granted(allocation, named("c", "10.96.0.3"));
        granted(allocation, named("outside", "10.96.0.9"));
        var grants =
                allocation.assign(List.of(named("a", "10.96.0.2"), named("b", "10.96.0.1"), named("c", "10.96.0.9")));
        assertThat(grants.get(name("a"))).isInstanceOf(AddressGrant.Granted.class);
        assertThat(grants.get(name("c"))).isInstanceOf(AddressGrant.Denied.class);
        assertThat(denied(allocation, named("other", "10.96.0.3")))
                .first()
                .asString()
                .contains("default/c");
        var stuck = allocation.assign(List.of(named("a", "10.96.0.1"), named("b", "10.96.0.9")));
        assertThat(stuck.values()).allMatch(AddressGrant.Denied.class::isInstance);
        assertThat(denied(allocation, named("other", "10.96.0.2")))
                .first()
                .asString()
                .contains("default/a");
    }

    @Test
    void changesNothingWhenItDenies() {
        granted(allocation, named("web", "10.96.0.10"));
        denied(allocation, named("web", "10.95.0.1"));
        assertThat(denied(allocation, named("shop", "10.96.0.10"))).hasSize(1);
    }

    @Test
    void refusesAddressesThatNoServiceCanHave() {
        assertThat(denied(allocation, named("web", "10.95.0.1")))
                .containsExactly(
                        "spec.clusterIP: 10.95.0.1 is outside --service-cluster-ip-range 10.96.0.0/12; choose one"
                                + " inside, or leave the field out to have it chosen");
        assertThat(denied(allocation, named("web", "10.96.0.0")))
                .first()
                .asString()
                .contains("first address");
        assertThat(denied(allocation, named("web", "10.111.255.255")))
                .first()
                .asString()
                .contains("broadcast");
        assertThat(denied(allocation, named("web", "ten")))
                .containsExactly(
                        "spec.clusterIP: \"ten\" is not an IP address; give one, or leave the field out to have it"
                                + " chosen");
        assertThat(denied(allocation, named("web", "fd00::1")))
                .containsExactly(
                        "spec.ipFamilies: the Service asks for IPv6, but --service-cluster-ip-range (10.96.0.0/12) has"
                                + " no IPv6 range");
    }

    @Test
    void followsTheFamilyPolicy() {
        assertThat(families("SingleStack")).containsExactly(IpFamily.IPV4);
        assertThat(families("SingleStack", "IPv6")).containsExactly(IpFamily.IPV6);
        assertThat(families("PreferDualStack")).containsExactly(IpFamily.IPV4, IpFamily.IPV6);
        assertThat(families("RequireDualStack", "IPv6")).containsExactly(IpFamily.IPV6, IpFamily.IPV4);
        assertThat(families("", "IPv6", "IPv4")).containsExactly(IpFamily.IPV6, IpFamily.IPV4);
        assertThat(granted(allocation, families("web", "PreferDualStack", List.of()))
                        .clusterIps())
                .hasSize(1);
    }

    @Test
    void refusesFamiliesThatCannotBe() {
        assertThat(denied(allocation, families("web", "RequireDualStack", List.of())))
                .containsExactly(
                        "spec.ipFamilyPolicy: is RequireDualStack, but --service-cluster-ip-range (10.96.0.0/12) has no"
                                + " IPv6 range; add one there or use PreferDualStack");
        assertThat(denied(dualStack, families("web", "Both", List.of())))
                .containsExactly("spec.ipFamilyPolicy: \"Both\" is unknown; there are SingleStack, PreferDualStack and"
                        + " RequireDualStack");
        assertThat(denied(dualStack, families("web", "", List.of("IPv5"))))
                .containsExactly("spec.ipFamilies: \"IPv5\" is unknown; there are IPv4 and IPv6");
        assertThat(denied(dualStack, families("web", "SingleStack", List.of("IPv4", "IPv6"))))
                .hasSize(1);
        assertThat(denied(
                        dualStack,
                        new AddressRequest(name("web"), List.of("10.96.0.1", "10.96.0.2"), List.of(), "", List.of())))
                .containsExactly("spec.clusterIPs: has two IPv4 addresses; give one of each family at most");
    }

    @Test
    void givesNodePortsAboveThoseKeptForNumbers() {
        assertThat(granted(allocation, ports("web", tcp(80, 0), tcp(443, 0))).nodePorts())
                .doesNotHaveDuplicates()
                .allMatch(port -> port >= 30_086 && port <= 32_767);
        assertThat(granted(allocation, ports("shop", tcp(80, 30_000))).nodePorts())
                .containsExactly(30_000);
    }

    @Test
    void refusesNodePortsThatAreTakenOrOutside() {
        granted(allocation, ports("web", tcp(80, 30_080)));
        assertThat(denied(allocation, ports("shop", tcp(80, 30_080))))
                .containsExactly(
                        "spec.ports: nodePort 30080/TCP of port 80 belongs to Service default/web already; choose"
                                + " another, or leave the field out");
        assertThat(denied(allocation, ports("shop", tcp(80, 8080))))
                .containsExactly(
                        "spec.ports: nodePort 8080 of port 80 is not in 30000-32767; choose one inside, or leave the"
                                + " field out");
        assertThat(denied(allocation, ports("shop", tcp(80, 30_081), tcp(81, 30_081))))
                .containsExactly(
                        "spec.ports: nodePort 30081/TCP is given to two ports of the Service; choose another for port"
                                + " 81");
        var udp = new AddressRequest.Port(80, Protocol.UDP, 30_080);
        assertThat(granted(allocation, ports("dns", udp)).nodePorts()).containsExactly(30_080);
    }

    @Test
    void givesEveryNodePortBeforeItSaysThatNoneIsLeft() {
        var requests = IntStream.range(0, 2768)
                .mapToObj(i -> ports("web-" + i, tcp(80, 0)))
                .toList();
        var numbers = allocation.assign(requests).values().stream()
                .map(AddressGrant.Granted.class::cast)
                .map(grant -> grant.nodePorts().getFirst())
                .toList();
        assertThat(numbers).doesNotHaveDuplicates().hasSize(2768);
        assertThat(denied(allocation, ports("late", tcp(80, 0))))
                .containsExactly(
                        "spec.ports: all nodePorts 30000-32767 are in use; remove a Service of type NodePort or"
                                + " LoadBalancer");
    }

    @Test
    void needsOneRangeOfAFamily() {
        assertThatThrownBy(() -> allocation("10.96.0.0/12", "10.112.0.0/16"))
                .hasMessage("--service-cluster-ip-range has two IPv4 ranges, 10.96.0.0/12 and 10.112.0.0/16; give one");
        assertThatThrownBy(AddressAllocationTest::allocation).hasMessageContaining("is empty");
    }

    @Test
    void allotmentsReadAsTheyPrint() {
        granted(
                dualStack,
                new AddressRequest(name("web"), List.of(), List.of(), "PreferDualStack", List.of(tcp(80, 0))));
        var lines = dualStack.allotments().stream().map(Allotment::toString).toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.stream().map(Allotment::parse)).isEqualTo(dualStack.allotments());
        for (String broken : List.of("", "web 10.0.0.1", "a/b", "a/b 80/SCTP 30000", "a/b 80 30000", "a/b x y z")) {
            assertThatThrownBy(() -> Allotment.parse(broken)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private List<IpFamily> families(String policy, String... families) {
        return granted(dualStack, families("web" + policy + String.join("", families), policy, List.of(families)))
                .clusterIps()
                .stream()
                .map(IpFamily::of)
                .toList();
    }

    private static AddressAllocation allocation(String... ranges) {
        var cidrs = new ArrayList<Cidr>();
        for (String range : ranges) {
            cidrs.add(Cidr.parse(range));
        }
        return new AddressAllocation(cidrs);
    }

    private static String clusterIp(AddressAllocation allocation, String name) {
        return Addresses.text(granted(allocation, any(name)).clusterIps().getFirst());
    }

    private static AddressGrant.Granted granted(AddressAllocation allocation, AddressRequest request) {
        return (AddressGrant.Granted) grant(allocation, request);
    }

    private static List<String> denied(AddressAllocation allocation, AddressRequest request) {
        return ((AddressGrant.Denied) grant(allocation, request)).problems();
    }

    private static AddressGrant grant(AddressAllocation allocation, AddressRequest request) {
        return Objects.requireNonNull(allocation.assign(List.of(request)).get(request.name()));
    }

    private static AddressRequest any(String name) {
        return new AddressRequest(name(name), List.of(), List.of(), "", List.of());
    }

    private static AddressRequest named(String name, String clusterIp) {
        return new AddressRequest(name(name), List.of(clusterIp), List.of(), "", List.of());
    }

    private static AddressRequest families(String name, String policy, List<String> families) {
        return new AddressRequest(name(name), List.of(), families, policy, List.of());
    }

    private static AddressRequest ports(String name, AddressRequest.Port... ports) {
        return new AddressRequest(name(name), List.of(), List.of(), "", List.of(ports));
    }

    private static AddressRequest.Port tcp(int port, int nodePort) {
        return new AddressRequest.Port(port, Protocol.TCP, nodePort);
    }

    private static ServiceName name(String name) {
        return new ServiceName("default", name);
    }
}
