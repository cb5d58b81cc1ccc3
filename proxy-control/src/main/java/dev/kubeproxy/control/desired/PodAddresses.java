package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses are pods': those of the cluster's range, of the ranges that Nodes give theirs, and of endpoints that run
 * on a node. Confined to the sync thread.
 */
final class PodAddresses {

    private final List<Cidr> ofCluster;
    private final Map<String, List<Cidr>> byNode = new HashMap<>();
    private final Map<InetAddress, Integer> endpoints = new HashMap<>();
    private Set<Cidr> ofNodes = Set.of();
    private boolean changed;

    /** @param ofCluster {@code --cluster-cidr} */
    PodAddresses(List<Cidr> ofCluster) {
        this.ofCluster = List.copyOf(ofCluster);
    }

    void put(NodeSpec node) {
        ranges(node.name(), node.podCidrs());
    }

    void delete(String node) {
        ranges(node, List.of());
    }

    /** Takes that one slice was replaced by another; null stands for none. */
    void replace(@Nullable SliceSpec before, @Nullable SliceSpec now) {
        if (now != null) {
            now.endpoints().stream().filter(PodAddresses::isPod).forEach(this::add);
        }
        if (before != null) {
            before.endpoints().stream().filter(PodAddresses::isPod).forEach(this::remove);
        }
    }

    /** True where there are changes since this was last asked. */
    boolean takeChanges() {
        boolean answer = changed;
        changed = false;
        return answer;
    }

    boolean contains(InetAddress address) {
        return endpoints.containsKey(address)
                || ofCluster.stream().anyMatch(range -> range.contains(address))
                || ofNodes.stream().anyMatch(range -> range.contains(address));
    }

    private void ranges(String node, List<Cidr> now) {
        List<Cidr> before = now.isEmpty() ? byNode.remove(node) : byNode.put(node, now);
        if (!now.equals(before == null ? List.of() : before)) {
            Set<Cidr> all = new HashSet<>();
            byNode.values().forEach(all::addAll);
            ofNodes = all;
            changed = true;
        }
    }

    private void add(SliceSpec.Endpoint endpoint) {
        changed |= endpoints.merge(endpoint.address(), 1, Integer::sum) == 1;
    }

    private void remove(SliceSpec.Endpoint endpoint) {
        changed |= endpoints.computeIfPresent(endpoint.address(), (_, count) -> count == 1 ? null : count - 1) == null;
    }

    /** What runs on no node is something outside the cluster that somebody listed by hand. */
    private static boolean isPod(SliceSpec.Endpoint endpoint) {
        return endpoint.nodeName() != null;
    }
}
