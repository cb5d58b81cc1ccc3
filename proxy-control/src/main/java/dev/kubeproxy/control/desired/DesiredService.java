package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServiceState;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * What one Service asks of this node.
 *
 * @param state what the data plane shall do
 * @param addresses the Service's own addresses, which must be local for sockets to bind to them; those of its NodePorts
 *     are the node's and not among them
 * @param health what load balancers are to be told; empty where none asks (rule K6)
 */
public record DesiredService(ServiceState state, Set<InetAddress> addresses, Optional<ServiceHealth> health) {

    public DesiredService {
        addresses = Set.copyOf(addresses);
    }

    static DesiredService gone(ServiceName name) {
        return new DesiredService(ServiceState.gone(name), Set.of(), Optional.empty());
    }

    public ServiceName name() {
        return state.name();
    }

    public boolean isGone() {
        return state.ports().isEmpty();
    }
}
