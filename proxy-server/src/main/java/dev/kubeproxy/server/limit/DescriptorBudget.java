package dev.kubeproxy.server.limit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The file descriptors that connections, sessions and listeners may hold together, a reserve below the process' limit
 * (rule F4). Who finds none free waits its turn instead of failing with EMFILE. Thread-safe.
 */
public final class DescriptorBudget {

    private final int capacity;
    private final AtomicInteger free;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean exhausted = new AtomicBoolean();
    private final Episodes episodes;

    /** Hears of shortages. An episode ends when half of the capacity is free again, not at the first free one. */
    public interface Episodes {

        Episodes NONE = new Episodes() {};

        default void onExhausted() {}

        default void onAvailable() {}
    }

    public DescriptorBudget(int capacity, Episodes episodes) {
        this.capacity = capacity;
        this.free = new AtomicInteger(capacity);
        this.episodes = episodes;
    }

    /** True while {@code count} descriptors are free. */
    public boolean available(int count) {
        return free.get() >= count;
    }

    /** Takes {@code count} descriptors, all or none. */
    public boolean tryAcquire(int count) {
        while (true) {
            int now = free.get();
            if (now < count) {
                exhausted();
                return false;
            }
            if (free.compareAndSet(now, now - count)) {
                return true;
            }
        }
    }

    /** Takes descriptors that are in use already; this may go below zero. */
    public void acquire(int count) {
        free.addAndGet(-count);
    }

    /** Gives descriptors back and lets one waiter for each try again. */
    public void release(int count) {
        int now = free.addAndGet(count);
        if (now > capacity / 2 && exhausted.compareAndSet(true, false)) {
            episodes.onAvailable();
        }
        for (int i = 0; i < count; i++) {
            Runnable next = waiting.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    /**
     * Runs {@code retry} once after a later release, on the thread that releases; or at once if {@code count} are free by
     * now, so that no release is missed.
     */
    public void onAvailable(int count, Runnable retry) {
        exhausted();
        waiting.add(retry);
        if (available(count) && waiting.remove(retry)) {
            retry.run();
        }
    }

    public int capacity() {
        return capacity;
    }

    public int used() {
        return capacity - free.get();
    }

    private void exhausted() {
        if (exhausted.compareAndSet(false, true)) {
            episodes.onExhausted();
        }
    }
}
