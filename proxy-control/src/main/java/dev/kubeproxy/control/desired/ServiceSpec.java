package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;

/**
 * A Service as far as the proxy reads it. Readers make it; Services that the proxy passes over (rules A1-A4) never
 * become one.
 *
 * @param clusterIps one per family, never empty
 * @param externalIps {@code spec.externalIPs}
 * @param loadBalancerIps the ingress IPs that this node captures (rule I1)
 */
public record ServiceSpec(
        ServiceName name,
        Instant created,
        List<InetAddress> clusterIps,
        List<InetAddress> externalIps,
        List<InetAddress> loadBalancerIps,
        List<Port> ports,
        Affinity affinity) {

    public ServiceSpec {
        clusterIps = List.copyOf(clusterIps);
        externalIps = List.copyOf(externalIps);
        loadBalancerIps = List.copyOf(loadBalancerIps);
        ports = List.copyOf(ports);
    }

    /**
     * One port of the Service.
     *
     * @param name matches the slices' port name; empty where unnamed
     * @param nodePort 0 where the port has none
     */
    public record Port(String name, Protocol protocol, int port, int nodePort) {}
}
