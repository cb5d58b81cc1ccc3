package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.ServiceState;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one Service asks of this node.
 *
 * @param state what the data plane shall do
 * @param addresses the Service's own addresses, which must be local for sockets to bind to them; those of its NodePorts
 *     are the node's and not among them
 * @param health what load balancers are to be told; empty where none asks (rule K6)
 * @param endpoints how many endpoints of each port stand how; for people, and no part of what is asked
 */
public record DesiredService(
        ServiceState state,
        Set<InetAddress> addresses,
        Optional<ServiceHealth> health,
        Map<ServicePortName, Map<Standing, Integer>> endpoints) {

    public DesiredService {
        addresses = Set.copyOf(addresses);
        endpoints = Map.copyOf(endpoints);
    }

    static DesiredService gone(ServiceName name) {
        return new DesiredService(ServiceState.gone(name), Set.of(), Optional.empty(), Map.of());
    }

    public ServiceName name() {
        return state.name();
    }

    /** True where nothing has to be done to come from one to the other. */
    boolean asksTheSameAs(DesiredService other) {
        return state.equals(other.state) && addresses.equals(other.addresses) && health.equals(other.health);
    }

    public boolean isGone() {
        return state.ports().isEmpty();
    }
}
