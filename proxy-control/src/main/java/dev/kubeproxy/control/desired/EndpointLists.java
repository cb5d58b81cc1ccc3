package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.TrafficPolicy;
import java.util.List;

/**
 * The endpoints that a service port of one family may use, by policy. Each list is in a stable order, and empty where
 * {@link PortPolicies} do not need it.
 *
 * @param cluster for traffic that may go to any node (rule C1)
 * @param local for traffic that must stay on this node (rule C2)
 * @param usableAnywhere whether any node has an endpoint that takes traffic: what tells an empty list that refuses (rule
 *     D1) from one that stays silent (rule D2)
 */
record EndpointLists(List<Backend> cluster, List<Backend> local, boolean usableAnywhere) {

    EndpointLists {
        cluster = List.copyOf(cluster);
        local = List.copyOf(local);
    }

    List<Backend> of(TrafficPolicy policy) {
        return switch (policy) {
            case CLUSTER -> cluster;
            case LOCAL -> local;
        };
    }
}
