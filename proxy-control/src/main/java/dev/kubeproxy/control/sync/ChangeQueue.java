package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.sync.SyncObserver.Pending;
import dev.kubeproxy.server.model.ServiceName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits for the sync thread. Of several changes of one object only the newest stays (rule A9), so a stream of
 * changes costs memory for its objects, not for its length. Thread-safe.
 */
final class ChangeQueue {

    private enum Kind {
        SERVICE,
        SLICE,
        NODE,
        ALL_NODES,
        API_SERVER
    }

    private record Key(Kind kind, ServiceName name) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Map<Key, Change> newest = new LinkedHashMap<>();
    private final Map<Kind, Integer> waiting = new EnumMap<>(Kind.class);
    private final SyncStatus status;
    private boolean woken;

    ChangeQueue(SyncStatus status) {
        this.status = status;
    }

    void offer(List<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            changes.forEach(this::put);
            status.onQueued(changes, pending());
            signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes all that waits. */
    List<Change> drain() {
        lock.lock();
        try {
            List<Change> changes = new ArrayList<>(newest.values());
            newest.clear();
            waiting.clear();
            status.onRound();
            return changes;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return newest.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Ends an {@link #await} now or the next one. */
    void wake() {
        lock.lock();
        try {
            signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for an offer or a wake-up since the last call, at most so long. */
    void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!woken && left > 0) {
                left = news.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    private void put(Change change) {
        Key key = key(change);
        if (newest.put(key, change) == null) {
            waiting.merge(key.kind(), 1, Integer::sum);
        }
    }

    private Pending pending() {
        return new Pending(
                waiting.getOrDefault(Kind.SERVICE, 0),
                waiting.getOrDefault(Kind.SLICE, 0),
                waiting.getOrDefault(Kind.NODE, 0));
    }

    private void signal() {
        woken = true;
        news.signal();
    }

    private static Key key(Change change) {
        return switch (change) {
            case Change.ServiceSet(var service) -> new Key(Kind.SERVICE, service.name());
            case Change.ServiceGone(var name) -> new Key(Kind.SERVICE, name);
            case Change.SliceSet(var slice) -> new Key(Kind.SLICE, slice.name());
            case Change.SliceGone(var name) -> new Key(Kind.SLICE, name);
            case Change.NodeSet(var node) -> new Key(Kind.NODE, new ServiceName("", node.name()));
            case Change.NodeGone(var name) -> new Key(Kind.NODE, new ServiceName("", name));
            case Change.NodesKnown _ -> new Key(Kind.ALL_NODES, new ServiceName("", ""));
            case Change.ApiServerAt _ -> new Key(Kind.API_SERVER, new ServiceName("", ""));
        };
    }
}
