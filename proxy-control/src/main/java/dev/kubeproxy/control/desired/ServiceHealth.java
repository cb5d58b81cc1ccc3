package dev.kubeproxy.control.desired;

import java.net.InetAddress;
import java.util.Set;

/**
 * What load balancers are to be told of one Service on this node: one of type LoadBalancer whose external traffic policy
 * is Local (rules K6-K8).
 *
 * @param port its {@code healthCheckNodePort}
 * @param addresses the node's addresses to answer on, those of its NodePorts
 * @param localEndpoints how many IPs its ready endpoints on this node have (rule K7)
 */
public record ServiceHealth(int port, Set<InetAddress> addresses, int localEndpoints) {

    public ServiceHealth {
        addresses = Set.copyOf(addresses);
    }
}
