package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.CloseReason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of one service port with traffic, or the sum of many. Event loops add to the adders; only a scrape sums
 * them up. {@code opened} and {@code ended} are of connections for TCP, of sessions for UDP.
 */
final class TrafficCounts {

    final LongAdder opened = new LongAdder();
    final LongAdder bytesFromClient = new LongAdder();
    final LongAdder bytesFromBackend = new LongAdder();
    final LongAdder datagramsFromClient = new LongAdder();
    final LongAdder datagramsFromBackend = new LongAdder();
    final LongAdder dialFailures = new LongAdder();
    final LongAdder dialRetries = new LongAdder();
    final Durations dials;

    private final LongAdder ended = new LongAdder();
    private final Map<CloseReason, LongAdder> closedBy = new ConcurrentHashMap<>(4);
    private final Map<CloseReason, LongAdder> droppedBy = new ConcurrentHashMap<>(4);

    /** @param exemplars remember backends beside the times of dials */
    TrafficCounts(boolean exemplars) {
        this.dials = new Durations(Durations.DIALS, exemplars);
    }

    /** {@code ended} is read first, so that one which opens and ends meanwhile never makes this negative. */
    long active() {
        long over = ended.sum();
        return opened.sum() - over;
    }

    void closed(CloseReason reason) {
        byReason(closedBy, reason).increment();
        ended.increment();
    }

    void dropped(CloseReason reason) {
        byReason(droppedBy, reason).increment();
    }

    /** By reason: most ports ever see two or three. */
    Map<CloseReason, LongAdder> closedBy() {
        return closedBy;
    }

    Map<CloseReason, LongAdder> droppedBy() {
        return droppedBy;
    }

    /** Takes in all that the other has counted so far. */
    void addAll(TrafficCounts other) {
        ended.add(other.ended.sum());
        opened.add(other.opened.sum());
        bytesFromClient.add(other.bytesFromClient.sum());
        bytesFromBackend.add(other.bytesFromBackend.sum());
        datagramsFromClient.add(other.datagramsFromClient.sum());
        datagramsFromBackend.add(other.datagramsFromBackend.sum());
        dialFailures.add(other.dialFailures.sum());
        dialRetries.add(other.dialRetries.sum());
        dials.addAll(other.dials);
        other.closedBy.forEach((reason, count) -> byReason(closedBy, reason).add(count.sum()));
        other.droppedBy.forEach((reason, count) -> byReason(droppedBy, reason).add(count.sum()));
    }

    private static LongAdder byReason(Map<CloseReason, LongAdder> adders, CloseReason reason) {
        LongAdder known = adders.get(reason);
        return known != null ? known : adders.computeIfAbsent(reason, _ -> new LongAdder());
    }
}
