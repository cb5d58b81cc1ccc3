package dev.kubeproxy.control.events;

import dev.kubeproxy.server.balance.Ticker;
import java.util.LinkedHashMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait to be written, and how many may: the same one again counts as told for a while, and a flood of
 * different ones is cut short, so that no fault of many Services is a load on the API server. Thread-safe.
 */
public final class EventQueue implements Events {

    private static final int MOST_WAITING = 256;
    private static final int MOST_REMEMBERED = 4096;
    private static final long SAME_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** A burst of so many, then one a second. */
    private static final int BURST = 50;

    private static final long REFILL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Ticker ticker;
    private final BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final LinkedHashMap<Event, Long> told = new LinkedHashMap<>();
    private long credit = BURST * REFILL_NANOS;
    private long creditAt;

    public EventQueue(Ticker ticker) {
        this.ticker = ticker;
        this.creditAt = ticker.nanos();
    }

    @Override
    public void tell(Event event) {
        if (admits(event)) {
            waiting.offer(event);
        }
    }

    /** The oldest that waits; waits for one itself, at most so long, and then returns null. */
    public @Nullable Event take(long nanos) throws InterruptedException {
        return waiting.poll(nanos, TimeUnit.NANOSECONDS);
    }

    private synchronized boolean admits(Event event) {
        long now = ticker.nanos();
        Long before = told.get(event);
        if (before != null && now - before < SAME_AGAIN_NANOS) {
            return false;
        }
        credit = Math.min(BURST * REFILL_NANOS, credit + (now - creditAt));
        creditAt = now;
        if (credit < REFILL_NANOS) {
            return false;
        }
        credit -= REFILL_NANOS;
        told.remove(event);
        told.put(event, now);
        if (told.size() > MOST_REMEMBERED) {
            told.pollFirstEntry();
        }
        return true;
    }
}
