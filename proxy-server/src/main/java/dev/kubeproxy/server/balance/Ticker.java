package dev.kubeproxy.server.balance;

/** Elapsed time in nanoseconds, from an arbitrary origin. */
@FunctionalInterface
public interface Ticker {

    Ticker SYSTEM = System::nanoTime;

    long nanos();
}
