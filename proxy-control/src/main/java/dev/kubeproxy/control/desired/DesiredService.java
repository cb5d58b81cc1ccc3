package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServiceName;
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
 * @param elsewhere the Service's addresses that are not served here, with those they belong to
 * @param health what load balancers are to be told; empty where none asks (rule K6)
 */
public record DesiredService(
        ServiceState state,
        Set<InetAddress> addresses,
        Map<InetAddress, AddressOwner> elsewhere,
        Optional<ServiceHealth> health) {

    public DesiredService {
        addresses = Set.copyOf(addresses);
        elsewhere = Map.copyOf(elsewhere);
    }

    static DesiredService gone(ServiceName name) {
        return new DesiredService(ServiceState.gone(name), Set.of(), Map.of(), Optional.empty());
    }

    public ServiceName name() {
        return state.name();
    }

    public boolean isGone() {
        return state.ports().isEmpty();
    }
}
