package dev.kubeproxy.server.testing;

import dev.kubeproxy.server.balance.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is advanced. Thread-safe. */
public final class FakeTicker implements Ticker {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // soon overflows, as a real one may

    @Override
    public long nanos() {
        return nanos.get();
    }

    public void advance(Duration elapsed) {
        nanos.addAndGet(elapsed.toNanos());
    }
}
