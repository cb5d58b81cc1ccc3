package dev.kubeproxy.server.testing;

import dev.kubeproxy.server.balance.Insiders;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;

/** Routes as tests need them. */
public final class Routes {

    private Routes() {}

    /** To one pool, whoever the client is. */
    public static Route to(ServicePortName name, PoolRef pool, ServicePortObserver observer) {
        Access access = Access.open(FrontendKind.CLUSTER_IP);
        return new Route(name, Addresses.parse("127.0.0.1"), access, new Insiders(), pool, pool, observer);
    }
}
