package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.balance.Insiders;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A service port that is served: the state it was last told and its live pools, which live as long as the port does.
 *
 * @param cluster for who may go to any node
 * @param local for who must stay on this one
 * @param drain which connections may go on
 */
record ServedPort(ServicePort state, PoolRef cluster, PoolRef local, DrainRef drain, ServicePortObserver observer) {

    ServedPort with(ServicePort next) {
        return new ServedPort(next, cluster, local, drain, observer);
    }

    /**
     * Makes the pools be as the state says.
     *
     * @return false where they are so already
     */
    boolean publish() {
        boolean clusterChanged = cluster.publish(state.cluster());
        boolean localChanged = local.publish(state.local());
        if (clusterChanged || localChanged) {
            observer.onPool(state.pool());
        }
        return clusterChanged || localChanged;
    }

    /**
     * Says which connections may go on; the pools come first.
     *
     * @return true where some may have to end
     */
    boolean publishDrain() {
        return drain.publish(state.drain());
    }

    /**
     * Empties the pools: who still comes finds nobody.
     *
     * @return true where connections may have to end
     */
    boolean retire() {
        cluster.publish(BackendPool.EMPTY);
        local.publish(BackendPool.EMPTY);
        observer.onPool(BackendPool.EMPTY);
        return drain.publish(state.drain().afterwards());
    }

    /** Where the clients of one of the port's frontends go; null where none of them would find a backend. */
    @Nullable
    Route route(Frontend frontend, Insiders insiders) {
        Access access = Objects.requireNonNull(state.frontends().get(frontend));
        if (state.pool(access.inside()).isEmpty()
                && state.pool(access.outside()).isEmpty()) {
            return null;
        }
        return new Route(
                state.name(),
                frontend.address(),
                access,
                insiders,
                pool(access.inside()),
                pool(access.outside()),
                drain,
                state.udpBalancing(),
                observer);
    }

    private PoolRef pool(TrafficPolicy policy) {
        return switch (policy) {
            case CLUSTER -> cluster;
            case LOCAL -> local;
        };
    }
}
