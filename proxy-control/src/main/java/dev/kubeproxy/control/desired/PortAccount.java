package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.TrafficPolicy;
import java.util.List;
import java.util.Map;

/**
 * How it was decided for one service port which clients get which endpoints.
 *
 * @param endpoints all that slices list for the port, by address
 */
public record PortAccount(ServicePortName name, List<Clients> clients, List<Endpoint> endpoints) {

    public PortAccount {
        clients = List.copyOf(clients);
        endpoints = List.copyOf(endpoints);
    }

    /**
     * One kind of clients.
     *
     * @param who what they dial and where they come from, in words
     * @param outcome what becomes of their connections, in words
     */
    public record Clients(String who, TrafficPolicy policy, String outcome) {}

    /**
     * One endpoint.
     *
     * @param local true where it is on this node
     * @param verdicts by policy, for those policies that some clients have
     */
    public record Endpoint(
            Backend backend, SliceSpec.Endpoint facts, boolean local, Map<TrafficPolicy, EndpointVerdict> verdicts) {

        public Endpoint {
            verdicts = Map.copyOf(verdicts);
        }
    }
}
