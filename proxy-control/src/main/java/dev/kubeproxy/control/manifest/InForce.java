package dev.kubeproxy.control.manifest;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.manifest.ObjectKey.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was offered for each object, and from which file; tells the difference when that changes. */
final class InForce {

    private record Entry(String file, List<Change> sets) {}

    private final String nodeName;
    private final Map<ObjectKey, Entry> entries = new HashMap<>();

    /** @param nodeName this node, which without its Node has no addresses and no zone; others are gone */
    InForce(String nodeName) {
        this.nodeName = nodeName;
    }

    /** Of several places that define an object the one that has it in force, else the first. */
    <C> C holder(ObjectKey key, List<C> places, Function<C, String> file) {
        Entry entry = entries.get(key);
        return places.stream()
                .filter(place -> entry != null && file.apply(place).equals(entry.file()))
                .findFirst()
                .orElse(places.getFirst());
    }

    boolean has(ObjectKey key) {
        return entries.containsKey(key);
    }

    List<Change> put(ObjectKey key, String file, List<Change> sets) {
        Entry before = entries.put(key, new Entry(file, sets));
        return before == null ? sets : difference(before.sets(), sets);
    }

    List<Change> remove(ObjectKey key) {
        Entry before = entries.remove(key);
        return before == null ? List.of() : difference(before.sets(), List.of());
    }

    long count(Kind kind) {
        return entries.keySet().stream().filter(key -> key.kind() == kind).count();
    }

    private List<Change> difference(List<Change> before, List<Change> after) {
        Set<Change> ends = after.stream().map(this::end).collect(Collectors.toSet());
        List<Change> difference = new ArrayList<>();
        for (Change set : before) {
            if (!ends.contains(end(set))) {
                difference.add(end(set));
            }
        }
        after.stream().filter(set -> !before.contains(set)).forEach(difference::add);
        return difference;
    }

    /** The change that undoes one; equal for all that concern the same thing. */
    private Change end(Change change) {
        return switch (change) {
            case Change.ServiceSet set -> new Change.ServiceGone(set.service().name());
            case Change.SliceSet set -> new Change.SliceGone(set.slice().name());
            case Change.NodeSet(NodeSpec node) ->
                node.name().equals(nodeName)
                        ? new Change.NodeSet(new NodeSpec(nodeName, "", List.of()))
                        : new Change.NodeGone(node.name());
            case Change.ServiceGone gone -> gone;
            case Change.SliceGone gone -> gone;
            case Change.NodeGone gone -> gone;
            case Change.NodesKnown known -> known;
            case Change.ApiServerAt server -> server;
        };
    }
}
