package dev.kubeproxy.control.kube;

import dev.kubeproxy.server.balance.Ticker;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: a sixtieth of how long things have been going wrong. So a short outage is
 * over at once for everybody, and a long one does not end in a stampede.
 */
final class RetryDelay {

    private static final Duration LEAST = Duration.ofMillis(250);
    /** As API servers as a rule ask for. */
    private static final Duration LEAST_OF_BUSY = Duration.ofSeconds(1);

    private static final Duration MOST = Duration.ofSeconds(30);

    private final Ticker ticker;
    private final RandomGenerator random;
    private long troubleSince;
    private boolean trouble;

    RetryDelay(Ticker ticker, RandomGenerator random) {
        this.ticker = ticker;
        this.random = random;
    }

    /** An attempt worked, for a while at least. */
    void healthy() {
        trouble = false;
    }

    /** The wait after one more failure, up to a quarter shorter by chance. */
    Duration next() {
        return next(LEAST);
    }

    /** The same where the server has too much to do. */
    Duration nextOfBusy() {
        return next(LEAST_OF_BUSY);
    }

    private Duration next(Duration least) {
        long now = ticker.nanos();
        if (!trouble) {
            trouble = true;
            troubleSince = now;
        }
        long nanos = Math.clamp((now - troubleSince) / 60, least.toNanos(), MOST.toNanos());
        return Duration.ofNanos(nanos - random.nextLong(nanos / 4));
    }
}
