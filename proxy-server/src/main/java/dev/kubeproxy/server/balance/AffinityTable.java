package dev.kubeproxy.server.balance;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which client is pinned to which backend, for one service port. Written by every event loop. Its size is bounded by
 * the clients seen within the timeout: stale pins are swept now and then by the event loop that adds one.
 */
final class AffinityTable {

    private static final int FIRST_SWEEP = 1024;

    private final Map<InetAddress, Pin> pins = new ConcurrentHashMap<>();
    private final Ticker ticker;
    private volatile int sweepAt = FIRST_SWEEP;
    private volatile long timeoutNanos = Long.MAX_VALUE;

    AffinityTable(Ticker ticker) {
        this.ticker = ticker;
    }

    /** The client's choice if it was used within the timeout; it is then used anew (sliding, rule E3). */
    Pick.@Nullable Chosen find(InetAddress client, long timeout) {
        timeoutNanos = timeout;
        Pin pin = pins.get(client);
        if (pin == null) {
            return null;
        }
        long now = ticker.nanos();
        if (now - pin.usedAt >= timeout) {
            pins.remove(client, pin);
            return null;
        }
        pin.usedAt = now;
        return pin.choice;
    }

    /**
     * Pins the client, unless another event loop has meanwhile done so to a choice that can be kept.
     *
     * @return what the client is pinned to now
     */
    Pick.Chosen pin(InetAddress client, Pick.Chosen choice, Predicate<Pick.Chosen> kept) {
        long now = ticker.nanos();
        Pin pin = pins.compute(
                client, (_, other) -> other != null && kept.test(other.choice) ? other : new Pin(choice, now));
        if (pins.size() > sweepAt) {
            expire(timeoutNanos);
            sweepAt = Math.max(FIRST_SWEEP, 2 * pins.size());
        }
        return pin.choice;
    }

    /** Drops what was not used within the timeout. */
    void expire(long timeout) {
        long now = ticker.nanos();
        pins.values().removeIf(pin -> now - pin.usedAt >= timeout);
    }

    int size() {
        return pins.size();
    }

    private static final class Pin {
        final Pick.Chosen choice;
        volatile long usedAt;

        Pin(Pick.Chosen choice, long usedAt) {
            this.choice = choice;
            this.usedAt = usedAt;
        }
    }
}
