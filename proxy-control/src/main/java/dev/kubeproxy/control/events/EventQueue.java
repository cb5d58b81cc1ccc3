package dev.kubeproxy.control.events;

import dev.kubeproxy.server.balance.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
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
    private static final int MOST_RECENT = 200;
    private static final long SAME_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** A burst of so many, then one a second. */
    private static final int BURST = 50;

    private static final long REFILL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record At(Event event, long at) {}

    private final Ticker ticker;
    private final BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final LinkedHashMap<Event, Long> told = new LinkedHashMap<>();
    private final Deque<At> recent = new ArrayDeque<>();
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

    /** An event, and how long ago it was told. */
    public record Recent(Event event, Duration age) {}

    /** What was told last, the newest first, whether it has been taken or not. */
    public synchronized List<Recent> recent() {
        long now = ticker.nanos();
        return recent.stream()
                .map(event -> new Recent(event.event(), Duration.ofNanos(now - event.at())))
                .toList();
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
        recent.addFirst(new At(event, now));
        if (recent.size() > MOST_RECENT) {
            recent.removeLast();
        }
        told.remove(event);
        told.put(event, now);
        if (told.size() > MOST_REMEMBERED) {
            told.pollFirstEntry();
        }
        return true;
    }
}
