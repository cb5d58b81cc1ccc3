package dev.kubeproxy.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.balance.Insiders;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TestProxy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which pools a frontend's clients are led to, and when it is not open at all. */
class ServedPortTest {

    private static final Frontend CLUSTER_IP = new Frontend(Addresses.parse("10.96.0.10"), 80, Protocol.TCP);
    private static final Frontend NODE_PORT = new Frontend(Addresses.parse("0.0.0.0"), 30080, Protocol.TCP);
    private static final BackendPool SOMEBODY =
            new BackendPool(List.of(Backend.of(Addresses.parse("10.0.0.1"), 80)), Affinity.NONE);

    @Test
    @Rule("D4")
    void eachFrontendLeadsToThePoolsOfItsOwnPolicies() {
        ServedPort port = served(TrafficPolicy.LOCAL, TrafficPolicy.CLUSTER, SOMEBODY, SOMEBODY);
        assertThat(route(port, CLUSTER_IP)).isNotNull().satisfies(route -> {
            assertThat(route.inside()).isSameAs(port.local());
            assertThat(route.outside()).isSameAs(port.local());
        });
        assertThat(route(port, NODE_PORT)).isNotNull().satisfies(route -> {
            assertThat(route.inside()).isSameAs(port.cluster());
            assertThat(route.outside()).isSameAs(port.cluster());
        });
    }

    @Test
    @Rule({"D4", "D5"})
    void thePolicyLocalOfNodePortsIsForTheOutside() {
        ServedPort port = served(TrafficPolicy.CLUSTER, TrafficPolicy.LOCAL, SOMEBODY, SOMEBODY);
        assertThat(route(port, NODE_PORT)).isNotNull().satisfies(route -> {
            assertThat(route.inside()).isSameAs(port.cluster());
            assertThat(route.outside()).isSameAs(port.local());
        });
    }

    @Test
    @Rule({"D1", "D2"})
    void aFrontendIsOpenWhileAnyOfItsClientsWouldFindABackend() {
        ServedPort elsewhere = served(TrafficPolicy.LOCAL, TrafficPolicy.LOCAL, SOMEBODY, BackendPool.EMPTY);
        assertThat(route(elsewhere, CLUSTER_IP)).isNull();
        assertThat(route(elsewhere, NODE_PORT)).as("for this node's pods").isNotNull();
        ServedPort nowhere = served(TrafficPolicy.CLUSTER, TrafficPolicy.CLUSTER, BackendPool.EMPTY, BackendPool.EMPTY);
        assertThat(route(nowhere, CLUSTER_IP)).isNull();
        assertThat(route(nowhere, NODE_PORT)).isNull();
    }

    private static @Nullable Route route(ServedPort port, Frontend frontend) {
        return port.route(frontend, new Insiders());
    }

    private static ServedPort served(
            TrafficPolicy internal, TrafficPolicy external, BackendPool cluster, BackendPool local) {
        var state = new ServicePort(
                TestProxy.portName("web", Protocol.TCP),
                Map.of(
                        CLUSTER_IP, new Access(FrontendKind.CLUSTER_IP, internal, internal, List.of()),
                        NODE_PORT, new Access(FrontendKind.NODE_PORT, TrafficPolicy.CLUSTER, external, List.of())),
                cluster,
                local,
                !cluster.isEmpty(),
                Drain.KEEP,
                UdpBalancing.SESSION);
        return new ServedPort(
                state,
                new PoolRef(0, () -> 0),
                new PoolRef(0, () -> 0),
                new DrainRef(Drain.KEEP),
                ServicePortObserver.NOOP);
    }
}
