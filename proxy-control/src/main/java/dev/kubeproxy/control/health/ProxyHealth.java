package dev.kubeproxy.control.health;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether the proxy keeps up with what it is told (rules K3, K4). Written by the sync thread and the program, read by
 * the health port.
 */
public final class ProxyHealth {

    private final InstantSource clock;
    private final Duration patience;
    private @Nullable Instant lastUpdated;
    private @Nullable Instant pendingSince;
    private boolean nodeEligible = true;
    private boolean shuttingDown;

    /** @param patience how long a change may wait to take effect; kube-proxy waits two sync periods */
    public ProxyHealth(Duration patience, InstantSource clock) {
        this.patience = patience;
        this.clock = clock;
    }

    /** A change came in and waits to take effect. */
    public synchronized void onQueued() {
        if (pendingSince == null) {
            pendingSince = clock.instant();
        }
    }

    /** All changes that came in took effect. */
    public synchronized void onUpdated() {
        pendingSince = null;
        lastUpdated = clock.instant();
    }

    /** False while the Node is going: deleted, or tainted {@code ToBeDeletedByClusterAutoscaler}. */
    public synchronized void nodeEligible(boolean eligible) {
        nodeEligible = eligible;
    }

    /** From here on nobody shall send new clients. */
    public synchronized void onShutdown() {
        shuttingDown = true;
    }

    synchronized Report report() {
        Instant now = clock.instant();
        boolean keepsUp = lastUpdated == null
                || pendingSince == null
                || Duration.between(pendingSince, now).compareTo(patience) < 0;
        return new Report(keepsUp ? now : lastUpdated, now, keepsUp, nodeEligible, shuttingDown);
    }

    /**
     * The state at one moment.
     *
     * @param lastUpdated now while it keeps up, as with kube-proxy, whose old versions synced without cause; null before
     *     the first update
     * @param keepsUp no change waits for too long; a proxy that starts has none
     */
    record Report(
            @Nullable Instant lastUpdated, Instant now, boolean keepsUp, boolean nodeEligible, boolean shuttingDown) {

        /** Whether load balancers shall send clients to this node. */
        boolean wantsClients() {
            return keepsUp && nodeEligible && !shuttingDown;
        }
    }
}
