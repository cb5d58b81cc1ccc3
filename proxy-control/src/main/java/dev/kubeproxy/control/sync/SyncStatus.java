package dev.kubeproxy.control.sync;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How the sync thread is doing, for health and metrics. Writers: sources and the sync thread. Thread-safe. */
public final class SyncStatus {

    private final InstantSource clock;
    private final Duration timeout;
    private @Nullable Instant waitingSince;
    private @Nullable Instant workingSince;
    private Snapshot snapshot = new Snapshot(Instant.EPOCH, Instant.EPOCH, 0, 0, false);

    /** @param syncPeriod an update may wait for twice as long before it is a sign of ill health (rule K3) */
    public SyncStatus(InstantSource clock, Duration syncPeriod) {
        this.clock = clock;
        this.timeout = syncPeriod.multipliedBy(2);
    }

    /**
     * What is observed at one moment.
     *
     * @param lastQueued when a change last came in; {@link Instant#EPOCH} before the first
     * @param lastSynced when the data plane was last brought up to date; likewise
     * @param pending objects that changed and wait for the next round
     * @param revision of the newest update that the data plane has
     * @param firstSyncDone false until the first lists were served (rule O2)
     */
    public record Snapshot(Instant lastQueued, Instant lastSynced, int pending, long revision, boolean firstSyncDone) {}

    public synchronized Snapshot snapshot() {
        return snapshot;
    }

    /** False once an update has been waiting for too long; without one, and before the first sync, true (rule K3). */
    public synchronized boolean healthy(Instant now) {
        Instant oldest = workingSince != null ? workingSince : waitingSince;
        return !snapshot.firstSyncDone
                || oldest == null
                || Duration.between(oldest, now).compareTo(timeout) <= 0;
    }

    synchronized void onQueued(int pending) {
        Instant now = clock.instant();
        if (waitingSince == null) {
            waitingSince = now;
        }
        snapshot = new Snapshot(now, snapshot.lastSynced, pending, snapshot.revision, snapshot.firstSyncDone);
    }

    synchronized void onRound() {
        if (workingSince == null) {
            workingSince = waitingSince;
        }
        waitingSince = null;
        snapshot = new Snapshot(snapshot.lastQueued, snapshot.lastSynced, 0, snapshot.revision, snapshot.firstSyncDone);
    }

    synchronized void onSynced(long revision) {
        workingSince = null;
        snapshot = new Snapshot(snapshot.lastQueued, clock.instant(), snapshot.pending, revision, true);
    }
}
