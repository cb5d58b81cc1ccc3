package dev.kubeproxy.server;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.observe.ProxyObserver;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks one event loop every second how late it is: what else is due waits as long. It ends with the loop.
 *
 * @param ticker the loop's own time
 */
record EventLoopLag(EventExecutor loop, Duration interval, Ticker ticker, ProxyObserver observer) {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    static void watch(Iterable<EventExecutor> loops, ProxyObserver observer) {
        loops.forEach(loop -> new EventLoopLag(loop, INTERVAL, Ticker.SYSTEM, observer).start());
    }

    void start() {
        long due = ticker.nanos() + interval.toNanos();
        var _ = loop.schedule(() -> onDue(due), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void onDue(long due) {
        observer.onEventLoopLag(Math.max(0, ticker.nanos() - due));
        if (!loop.isShuttingDown()) {
            start();
        }
    }
}
