package dev.kubeproxy.server.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits, not for long, for what other threads will do. */
public final class Eventually {

    private static final Duration BOUND = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

    private Eventually() {}

    /** Tries the assertion until it holds; fails as it does when it does not within ten seconds. */
    public static void holds(ThrowingCallable assertion) throws Throwable {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (true) {
            try {
                assertion.call();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits until the condition is true. */
    public static void is(BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not so within " + BOUND);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
