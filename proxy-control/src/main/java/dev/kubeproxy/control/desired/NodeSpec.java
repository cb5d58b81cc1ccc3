package dev.kubeproxy.control.desired;

import java.net.InetAddress;
import java.util.List;

/**
 * This node as the cluster describes it.
 *
 * @param zone the label {@code topology.kubernetes.io/zone}, empty where there is none
 * @param addresses InternalIPs, then ExternalIPs
 */
public record NodeSpec(String name, String zone, List<InetAddress> addresses) {

    public NodeSpec {
        addresses = List.copyOf(addresses);
    }
}
