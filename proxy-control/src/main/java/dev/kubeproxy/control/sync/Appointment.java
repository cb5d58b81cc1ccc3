package dev.kubeproxy.control.sync;

import java.time.Duration;

/** When something is to be done next. Confined to one thread. */
final class Appointment {

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private final long period;
    private final long firstRetry;
    private long nextRetry;
    private boolean made;
    private long at;

    /** @param period from one time to the next, and between retries at most */
    Appointment(Duration period) {
        this.period = period.toNanos();
        this.firstRetry = Math.min(FIRST_RETRY.toNanos(), this.period);
        this.nextRetry = firstRetry;
    }

    boolean isDue(long now) {
        return nanosLeft(now) == 0;
    }

    /** {@link Long#MAX_VALUE} where there is none. */
    long nanosLeft(long now) {
        return made ? Math.max(0, at - now) : Long.MAX_VALUE;
    }

    void cancel() {
        made = false;
    }

    /** It failed: after a second, then ever later until it {@link #succeeded}. */
    void retry(long now) {
        atLatest(now + nextRetry);
        nextRetry = Math.min(2 * nextRetry, period);
    }

    void succeeded() {
        nextRetry = firstRetry;
    }

    /** After the period. */
    void again(long now) {
        made = true;
        at = now + period;
    }

    /** At the given time, unless it is to be sooner anyway. */
    void atLatest(long time) {
        if (!made || time - at < 0) {
            made = true;
            at = time;
        }
    }
}
