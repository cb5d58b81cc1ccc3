package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.control.sync.SyncObserver.Trigger;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServiceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When the changes of slices were made that wait for the sync thread, each one, although of a slice only the newest is
 * acted on (rule M4). A slice that goes takes its own with it. Confined to its owner's lock.
 */
final class TriggerTimes {

    /** Of one slice; more come only while the sync thread is stuck. */
    private static final int MOST = 100;

    private final Map<ServiceName, List<Trigger>> waiting = new HashMap<>();
    private final List<Trigger> working = new ArrayList<>();

    void queued(Change change) {
        switch (change) {
            case Change.SliceSet(SliceSpec slice) -> {
                Instant at = slice.lastChange();
                List<Trigger> triggers =
                        at == null ? List.of() : waiting.computeIfAbsent(slice.name(), _ -> new ArrayList<>());
                if (at != null && triggers.size() < MOST) {
                    triggers.add(new Trigger(at, family(slice)));
                }
            }
            case Change.SliceGone(ServiceName name) -> waiting.remove(name);
            case Change.ServiceSet _,
                    Change.ServiceGone _,
                    Change.NodeSet _,
                    Change.NodeGone _,
                    Change.NodesKnown _,
                    Change.ApiServerAt _ -> {}
        }
    }

    /** A round takes all that waits. */
    void taken() {
        waiting.values().forEach(working::addAll);
        waiting.clear();
    }

    /** The round took effect: what it, and failed ones before, took. */
    List<Trigger> synced() {
        List<Trigger> all = List.copyOf(working);
        working.clear();
        return all;
    }

    /** A slice without endpoints counts as IPv4. */
    private static IpFamily family(SliceSpec slice) {
        return slice.endpoints().isEmpty()
                ? IpFamily.IPV4
                : IpFamily.of(slice.endpoints().getFirst().address());
    }
}
