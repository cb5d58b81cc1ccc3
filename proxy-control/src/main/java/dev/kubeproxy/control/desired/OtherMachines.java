package dev.kubeproxy.control.desired;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/**
 * The addresses of other machines: the other Nodes', and those at which this node reaches the API server, which may float
 * between its machines. Confined to the sync thread.
 */
final class OtherMachines {

    /** So many addresses of deleted Nodes are remembered, the newest. */
    private static final int MOST_DELETED = 1000;

    private final Map<String, List<InetAddress>> byName = new HashMap<>();
    private final SequencedSet<InetAddress> deleted = new LinkedHashSet<>();
    private Set<InetAddress> nodes = Set.of();
    private Set<InetAddress> gone = Set.of();
    private Set<InetAddress> apiServer = Set.of();
    private boolean known = true;
    private boolean changed;

    void put(NodeSpec node) {
        List<InetAddress> now = node.addresses();
        List<InetAddress> before = now.isEmpty() ? byName.remove(node.name()) : byName.put(node.name(), now);
        changed |= !now.equals(before == null ? List.of() : before);
    }

    void delete(String name) {
        List<InetAddress> addresses = byName.remove(name);
        if (addresses == null) {
            return;
        }
        changed = true;
        addresses.forEach(deleted::addLast);
        while (deleted.size() > MOST_DELETED) {
            deleted.removeFirst();
        }
    }

    /** Says whether all Nodes were told. */
    void known(boolean now) {
        changed |= now != known;
        known = now;
    }

    void apiServer(Set<InetAddress> addresses) {
        changed |= !addresses.equals(apiServer);
        apiServer = addresses;
    }

    /** Lets changes count from here on. True where there are any since this was last asked. */
    boolean takeChanges() {
        if (!changed) {
            return false;
        }
        changed = false;
        Set<InetAddress> now = new HashSet<>();
        byName.values().forEach(now::addAll);
        nodes = now;
        gone = Set.copyOf(deleted);
        return true;
    }

    boolean areKnown() {
        return known;
    }

    boolean haveNode(InetAddress address) {
        return nodes.contains(address);
    }

    boolean hadNode(InetAddress address) {
        return gone.contains(address);
    }

    boolean haveApiServer(InetAddress address) {
        return apiServer.contains(address);
    }
}
