package dev.kubeproxy.control.desired;

import java.net.InetAddress;
import java.util.List;

/** The answer to an {@link AddressRequest}: all that it asks for, or nothing. */
public sealed interface AddressGrant {

    /**
     * The Service has its addresses.
     *
     * @param clusterIps one per family, the primary family's first
     * @param nodePorts in the order of {@link AddressRequest#nodePorts}
     */
    record Granted(List<InetAddress> clusterIps, List<Integer> nodePorts) implements AddressGrant {
        public Granted {
            clusterIps = List.copyOf(clusterIps);
            nodePorts = List.copyOf(nodePorts);
        }
    }

    /**
     * Nothing has changed for the Service.
     *
     * @param problems what cannot be had and why, a sentence each
     */
    record Denied(List<String> problems) implements AddressGrant {
        public Denied {
            problems = List.copyOf(problems);
        }
    }
}
