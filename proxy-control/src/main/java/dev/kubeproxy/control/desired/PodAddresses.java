package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which addresses are pods': those in the cluster's ranges, and in those that Nodes give theirs. Confined to the sync thread. */
final class PodAddresses {

    /** The blocks of one size. */
    private record Size(IpFamily family, int prefix) {}

    private final List<Cidr> ofCluster;
    private final Map<String, List<Cidr>> byNode = new HashMap<>();
    private Map<Size, Set<Cidr>> blocks = Map.of();
    private boolean changed = true;

    /** @param ofCluster {@code --cluster-cidr} */
    PodAddresses(List<Cidr> ofCluster) {
        this.ofCluster = List.copyOf(ofCluster);
    }

    void put(NodeSpec node) {
        List<Cidr> now = node.podCidrs();
        List<Cidr> before = now.isEmpty() ? byNode.remove(node.name()) : byNode.put(node.name(), now);
        changed |= !now.equals(before == null ? List.of() : before);
    }

    void delete(String node) {
        changed |= byNode.remove(node) != null;
    }

    /** Lets changes count from here on. True where there are any since this was last asked. */
    boolean takeChanges() {
        if (!changed) {
            return false;
        }
        changed = false;
        Map<Size, Set<Cidr>> now = new HashMap<>();
        ofCluster.forEach(block -> add(block, now));
        byNode.values().forEach(ofNode -> ofNode.forEach(block -> add(block, now)));
        blocks = now;
        return true;
    }

    boolean contains(InetAddress address) {
        IpFamily family = IpFamily.of(address);
        return blocks.entrySet().stream()
                .filter(size -> size.getKey().family() == family)
                .anyMatch(size ->
                        size.getValue().contains(new Cidr(address, size.getKey().prefix())));
    }

    private static void add(Cidr block, Map<Size, Set<Cidr>> blocks) {
        blocks.computeIfAbsent(new Size(block.family(), block.prefix()), _ -> new HashSet<>())
                .add(block);
    }
}
