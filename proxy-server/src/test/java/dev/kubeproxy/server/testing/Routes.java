package dev.kubeproxy.server.testing;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.balance.Insiders;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.util.List;

/** Routes as tests need them. */
public final class Routes {

    private Routes() {}

    /** To one pool, whoever the client is. */
    public static Route to(ServicePortName name, PoolRef pool, ServicePortObserver observer) {
        Access access = Access.open(FrontendKind.CLUSTER_IP);
        return new Route(
                name,
                Addresses.parse("127.0.0.1"),
                access,
                new Insiders(),
                pool,
                pool,
                new DrainRef(Drain.KEEP),
                UdpBalancing.SESSION,
                observer);
    }

    /** The same, open to clients of the range only. */
    public static Route only(Cidr clients, Route route) {
        Access access = new Access(
                FrontendKind.LOAD_BALANCER_IP, TrafficPolicy.CLUSTER, TrafficPolicy.CLUSTER, List.of(clients));
        return new Route(
                route.name(),
                route.address(),
                access,
                route.insiders(),
                route.inside(),
                route.outside(),
                route.drain(),
                route.udpBalancing(),
                route.observer());
    }

    /** The same, with another way to balance datagrams. */
    public static Route balancing(UdpBalancing balancing, Route route) {
        return new Route(
                route.name(),
                route.address(),
                route.access(),
                route.insiders(),
                route.inside(),
                route.outside(),
                route.drain(),
                balancing,
                route.observer());
    }
}
