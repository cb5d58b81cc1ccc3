package dev.kubeproxy.control.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, with a bound. */
public final class Await {

    private static final Duration BOUND = Duration.ofSeconds(20);

    private Await() {}

    /**
     * Returns once the condition holds.
     *
     * @throws AssertionError when it does not in time
     */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + BOUND.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
