package dev.kubeproxy.server.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.Rule;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets the endpoints of any node, who only those of this one, and who none. Backend "a" is elsewhere, "b" here. */
class RouteTest {

    private static final InetAddress FRONTEND = Addresses.parse("203.0.113.7");
    private static final String POD = "10.244.1.7";
    private static final String NODE = "192.168.1.5";
    private static final String STRANGER = "198.51.100.9";

    private final Insiders insiders = new Insiders();
    private final PoolRef cluster = new PoolRef(0, () -> 0);
    private final PoolRef local = new PoolRef(0, () -> 0);

    @BeforeEach
    void publish() {
        cluster.publish(RoundRobinTest.pool("a"));
        local.publish(RoundRobinTest.pool("b"));
    }

    @Test
    @Rule("D5")
    void podsOfTheNodeAndTheNodeItselfMayUseAnyBackend() {
        insiders.publish(List.of(Cidr.parse("10.244.1.0/24"), Cidr.parse(NODE + "/32")));
        Route route = route(TrafficPolicy.LOCAL);
        assertThat(picks(route, POD, NODE, STRANGER)).containsExactly("a", "a", "b");
    }

    @Test
    @Rule({"D5", "L5"})
    void theNodeIsKnownByLoopbackAndByTheAddressThatItDials() {
        Route route = route(TrafficPolicy.LOCAL);
        assertThat(picks(route, "127.0.0.1", "::1", Addresses.text(FRONTEND))).containsOnly("a");
    }

    @Test
    @Rule("D5")
    void podsThatCannotBeToldFromTheOutsideStayOnTheNode() {
        assertThat(picks(route(TrafficPolicy.LOCAL), POD)).containsExactly("b");
        insiders.publish(List.of(Cidr.parse("10.244.1.0/24")));
        insiders.publish(List.of());
        assertThat(picks(route(TrafficPolicy.LOCAL), POD)).containsExactly("b");
    }

    @Test
    @Rule("D2")
    void whoMustStayOnANodeWithoutBackendsFindsNone() {
        local.publish(RoundRobinTest.pool());
        assertThat(picks(route(TrafficPolicy.LOCAL), "127.0.0.1", STRANGER)).containsExactly("a", "NO_BACKEND");
    }

    @Test
    void underThePolicyClusterEverybodyMayUseAnyBackend() {
        assertThat(picks(route(TrafficPolicy.CLUSTER), POD, STRANGER, "127.0.0.1"))
                .containsOnly("a");
    }

    @Test
    @Rule("I2")
    void whoIsInNoRangeGetsNothingPodsOfTheNodeIncluded() {
        insiders.publish(List.of(Cidr.parse("10.244.1.0/24")));
        Route route = route(TrafficPolicy.LOCAL, "198.51.100.0/24", "192.168.1.5/32");
        assertThat(picks(route, STRANGER, NODE, POD, "198.51.101.1", "2001:db8::1"))
                .containsExactly("b", "b", "DENIED", "DENIED", "DENIED");
    }

    @Test
    @Rule("I2")
    void whoIsDeniedMayNotKeepASessionEither() {
        Picker denying = route(TrafficPolicy.CLUSTER, "10.0.0.0/8").picker(Addresses.parse(STRANGER));
        assertThat(denying.contains(RoundRobinTest.backend("a"))).isFalse();
        assertThat(denying.over(RoundRobinTest.pool("a")).pick(FRONTEND)).isEqualTo(Pick.DENIED);
    }

    private Route route(TrafficPolicy outside, String... clients) {
        var access = new Access(
                FrontendKind.LOAD_BALANCER_IP,
                TrafficPolicy.CLUSTER,
                outside,
                Stream.of(clients).map(Cidr::parse).toList());
        return new Route(
                new ServicePortName(new ServiceName("default", "web"), "p", Protocol.TCP),
                FRONTEND,
                access,
                insiders,
                cluster,
                outside == TrafficPolicy.LOCAL ? local : cluster,
                new DrainRef(Drain.KEEP),
                UdpBalancing.SESSION,
                ServicePortObserver.NOOP);
    }

    private static List<String> picks(Route route, String... clients) {
        return Stream.of(clients)
                .map(client -> {
                    InetAddress address = Addresses.parse(client);
                    return RoundRobinTest.name(route.picker(address).pick(address));
                })
                .toList();
    }
}
