package dev.kubeproxy.control.sync;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often the sync thread does what, and by which clock.
 *
 * @param minSyncPeriod at least so long between two rounds; a change that comes alone never waits (rule O3)
 * @param syncPeriod how often claimed addresses are checked; what failed is tried sooner
 * @param nodeScanPeriod how often the node's own addresses are read (rule H8)
 * @param nanos elapsed time, from an arbitrary origin
 */
public record Pace(Duration minSyncPeriod, Duration syncPeriod, Duration nodeScanPeriod, LongSupplier nanos) {

    public Pace {
        if (minSyncPeriod.isNegative()) {
            throw new IllegalArgumentException("minSyncPeriod " + minSyncPeriod + " must not be negative");
        }
        if (!syncPeriod.isPositive()) {
            throw new IllegalArgumentException("syncPeriod " + syncPeriod + " must be positive");
        }
        if (minSyncPeriod.compareTo(syncPeriod) > 0) {
            throw new IllegalArgumentException(
                    "minSyncPeriod " + minSyncPeriod + " must not be greater than syncPeriod " + syncPeriod);
        }
    }

    /** No pause between rounds, addresses checked each 30 s, the node's read each 10 s. */
    public static Pace standard(LongSupplier nanos) {
        return new Pace(Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(10), nanos);
    }

    public Pace withPeriods(Duration least, Duration usual) {
        return new Pace(least, usual, nodeScanPeriod, nanos);
    }

    long now() {
        return nanos.getAsLong();
    }
}
