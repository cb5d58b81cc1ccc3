package dev.kubeproxy.control.health;

import dev.kubeproxy.control.sync.SyncStatus;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node shall have clients: its proxy keeps up with what it is told, and neither of them is going (rules K3,
 * K4). Thread-safe.
 */
public final class ProxyHealth {

    private final SyncStatus sync;
    private final InstantSource clock;
    private volatile boolean nodeEligible = true;
    private volatile boolean shuttingDown;

    public ProxyHealth(SyncStatus sync, InstantSource clock) {
        this.sync = sync;
        this.clock = clock;
    }

    /** False while the Node is going: deleted, or tainted {@code ToBeDeletedByClusterAutoscaler}. */
    public void nodeEligible(boolean eligible) {
        nodeEligible = eligible;
    }

    /** From here on nobody shall send new clients. */
    public void onShutdown() {
        shuttingDown = true;
    }

    /** Whether it keeps up and stays, whatever becomes of the Node (rules K6, K7). */
    boolean servesWell() {
        return sync.healthy(clock.instant()) && !shuttingDown;
    }

    Report report() {
        Instant now = clock.instant();
        boolean keepsUp = sync.healthy(now);
        SyncStatus.Snapshot seen = sync.snapshot();
        Instant lastSynced = seen.firstSyncDone() ? seen.lastSynced() : null;
        return new Report(keepsUp ? now : lastSynced, now, seen.firstSyncDone(), keepsUp, nodeEligible, shuttingDown);
    }

    /**
     * The state at one moment.
     *
     * @param lastUpdated now while it keeps up, as with kube-proxy, whose old versions synced without cause; null before
     *     the first update
     * @param synced whether Services have been served at all
     * @param keepsUp no change waits for too long; a proxy that starts has none
     */
    record Report(
            @Nullable Instant lastUpdated,
            Instant now,
            boolean synced,
            boolean keepsUp,
            boolean nodeEligible,
            boolean shuttingDown) {

        /** Whether load balancers shall send clients to this node. */
        boolean wantsClients() {
            return keepsUp && nodeEligible && !shuttingDown;
        }

        /** Whether it does the work: a rollout goes on to the next node once it does. */
        boolean ready() {
            return synced && wantsClients();
        }
    }
}
