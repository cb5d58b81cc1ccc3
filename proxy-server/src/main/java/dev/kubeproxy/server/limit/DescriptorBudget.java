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
    private final AtomicInteger listeners = new AtomicInteger();
    private final Queue<Waiter> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean shortage = new AtomicBoolean();
    private final Episodes episodes;

    private record Waiter(int need, Runnable retry) {}

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
                onShortage();
                return false;
            }
            if (free.compareAndSet(now, now - count)) {
                return true;
            }
        }
    }

    /**
     * Takes a descriptor for a listener, though connections hold all. False where listeners hold three quarters of all
     * that there are: who comes in needs descriptors, too.
     */
    public boolean tryAcquireForListener() {
        if (listeners.incrementAndGet() > capacity / 4 * 3) {
            listeners.decrementAndGet();
            return false;
        }
        acquire(1);
        return true;
    }

    public void releaseOfListener() {
        listeners.decrementAndGet();
        release(1);
    }

    /** Takes descriptors that are in use already; this may go below zero. */
    public void acquire(int count) {
        free.addAndGet(-count);
    }

    /** Gives descriptors back and lets as many waiters try again as there is room for. */
    public void release(int count) {
        int room = free.addAndGet(count);
        if (room > capacity / 2 && shortage.compareAndSet(true, false)) {
            episodes.onAvailable();
        }
        for (Waiter next = waiting.peek(); next != null && room >= next.need(); next = waiting.peek()) {
            if (waiting.remove(next)) {
                room -= next.need();
                next.retry().run();
            }
        }
    }

    /** Who was let try again had no use for it: the next may. */
    public void passTurn() {
        release(0);
    }

    /**
     * Runs {@code retry} once {@code need} descriptors are free: on the thread that releases them, or at once, so that
     * no release is missed.
     */
    public void onAvailable(int need, Runnable retry) {
        onShortage();
        Waiter waiter = new Waiter(need, retry);
        waiting.add(waiter);
        if (available(need) && waiting.remove(waiter)) {
            retry.run();
        }
    }

    /** Somebody found no descriptor, here or in the kernel: an episode begins unless one is on. */
    public void onShortage() {
        if (shortage.compareAndSet(false, true)) {
            episodes.onExhausted();
        }
    }

    public int capacity() {
        return capacity;
    }

    public int used() {
        return capacity - free.get();
    }
}
