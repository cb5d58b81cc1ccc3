package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.Standing;
import dev.kubeproxy.control.sync.SyncObserver.Pending;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServicePortName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the sync thread is doing, for health and metrics. Writers: sources and the sync thread. Thread-safe. */
public final class SyncStatus {

    private final InstantSource clock;
    private final Duration timeout;
    private final SyncObserver observer;
    private final TriggerTimes triggers = new TriggerTimes();
    private Pending pending = Pending.NOTHING;
    private @Nullable Instant waitingSince;
    private @Nullable Instant workingSince;
    private Instant roundBegan = Instant.EPOCH;
    private Snapshot snapshot = new Snapshot(Instant.EPOCH, Instant.EPOCH, 0, 0, false);

    /** @param syncPeriod an update may wait for twice as long before it is a sign of ill health (rule K3) */
    public SyncStatus(InstantSource clock, Duration syncPeriod) {
        this(clock, syncPeriod, SyncObserver.NONE);
    }

    /** @param observer is told of each change and round */
    public SyncStatus(InstantSource clock, Duration syncPeriod, SyncObserver observer) {
        this.clock = clock;
        this.timeout = syncPeriod.multipliedBy(2);
        this.observer = observer;
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

    /** Tells how many service ports a Local policy leaves without endpoints (rule D2); the sync thread counts them. */
    synchronized void onNoLocalEndpoints(SyncObserver.TrafficKind policy, IpFamily family, int servicePorts) {
        observer.onNoLocalEndpoints(policy, family, servicePorts);
    }

    /** Tells how many endpoints stand how, of each service port that a round decided on. */
    synchronized void onEndpoints(Map<ServicePortName, Map<Standing, Integer>> ofPorts) {
        observer.onEndpoints(ofPorts);
    }

    /** Tells how many Services a round could not bring up to date. */
    synchronized void onFailed(int services) {
        observer.onFailed(services);
    }

    synchronized void onQueued(List<Change> changes, Pending now) {
        Instant when = clock.instant();
        if (waitingSince == null) {
            waitingSince = when;
        }
        pending = now;
        changes.forEach(triggers::queued);
        snapshot = new Snapshot(when, snapshot.lastSynced, now.all(), snapshot.revision, snapshot.firstSyncDone);
        observer.onQueued(when, changes, now);
    }

    synchronized void onRound() {
        if (workingSince == null) {
            workingSince = waitingSince;
        }
        waitingSince = null;
        pending = Pending.NOTHING;
        roundBegan = clock.instant();
        triggers.taken();
        snapshot = new Snapshot(snapshot.lastQueued, snapshot.lastSynced, 0, snapshot.revision, snapshot.firstSyncDone);
    }

    synchronized void onSynced(long revision) {
        Instant when = clock.instant();
        workingSince = null;
        snapshot = new Snapshot(snapshot.lastQueued, when, snapshot.pending, revision, true);
        observer.onSynced(when, Duration.between(roundBegan, when), triggers.synced(), pending);
    }
}
