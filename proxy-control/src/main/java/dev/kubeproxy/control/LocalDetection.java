package dev.kubeproxy.control;

import dev.kubeproxy.server.model.Cidr;
import java.util.List;

/** By what traffic of this node's own pods is told from traffic of the outside (rule D5): {@code --detect-local-mode}. */
public sealed interface LocalDetection {

    /** By nothing: pods count as the outside. */
    record None() implements LocalDetection {}

    /**
     * By the range that all pods of the cluster have their addresses from.
     *
     * @param pods one for each family at most, never none
     */
    record ClusterCidr(List<Cidr> pods) implements LocalDetection {

        public ClusterCidr {
            pods = List.copyOf(pods);
        }
    }

    /** By the range that this node gives its pods, {@code spec.podCIDRs} of its Node. */
    record NodeCidr() implements LocalDetection {}

    /** By the bridge that this node's pods are on. */
    record BridgeInterface(String name) implements LocalDetection {}

    /** By how the names of the interfaces begin that lead to this node's pods. */
    record InterfaceNamePrefix(String prefix) implements LocalDetection {}
}
