package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.util.List;

/**
 * A Node as the cluster describes it.
 *
 * @param zone the label {@code topology.kubernetes.io/zone}, empty where there is none
 * @param addresses InternalIPs, then ExternalIPs; empty where none is known, not even any that was before
 * @param podCidrs the ranges that the node gives its pods (rule D5)
 * @param eligible false while the node is going: deleted, or about to be (rule K4)
 */
public record NodeSpec(String name, String zone, List<InetAddress> addresses, boolean eligible, List<Cidr> podCidrs) {

    public NodeSpec {
        addresses = List.copyOf(addresses);
        podCidrs = List.copyOf(podCidrs);
    }

    /** A node that stays. */
    public NodeSpec(String name, String zone, List<InetAddress> addresses) {
        this(name, zone, addresses, true, List.of());
    }

    public NodeSpec withAddresses(List<InetAddress> others) {
        return new NodeSpec(name, zone, others, eligible, podCidrs);
    }
}
