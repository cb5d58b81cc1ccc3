package dev.kubeproxy.control.desired;

import java.net.InetAddress;
import java.util.List;

/**
 * This node as the cluster describes it.
 *
 * @param zone the label {@code topology.kubernetes.io/zone}, empty where there is none
 * @param addresses InternalIPs, then ExternalIPs
 * @param eligible false while the node is going: deleted, or about to be (rule K4)
 */
public record NodeSpec(String name, String zone, List<InetAddress> addresses, boolean eligible) {

    public NodeSpec {
        addresses = List.copyOf(addresses);
    }

    /** A node that stays. */
    public NodeSpec(String name, String zone, List<InetAddress> addresses) {
        this(name, zone, addresses, true);
    }

    public NodeSpec withAddresses(List<InetAddress> others) {
        return new NodeSpec(name, zone, others, eligible);
    }
}
