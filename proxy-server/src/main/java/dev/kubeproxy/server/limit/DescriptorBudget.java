package dev.kubeproxy.server.limit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The file descriptors that connections, sessions and listeners may hold together, a reserve below the process' limit
 * (rule F4). Who finds none free waits its turn instead of failing with EMFILE. Thread-safe.
 */
public final class DescriptorBudget {

    private final int capacity;
    private final AtomicInteger free;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    public DescriptorBudget(int capacity) {
        this.capacity = capacity;
        this.free = new AtomicInteger(capacity);
    }

    /** Takes {@code count} descriptors, all or none. */
    public boolean tryAcquire(int count) {
        while (true) {
            int now = free.get();
            if (now < count) {
                return false;
            }
            if (free.compareAndSet(now, now - count)) {
                return true;
            }
        }
    }

    /** Takes descriptors that are in use already, such as listeners; may go below zero. */
    public void acquire(int count) {
        free.addAndGet(-count);
    }

    /** Gives descriptors back and lets one waiter try again for each. */
    public void release(int count) {
        free.addAndGet(count);
        for (int i = 0; i < count; i++) {
            Runnable next = waiting.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    /**
     * Runs {@code retry} once, after a later release, on the thread that releases. A release between a failed
     * {@link #tryAcquire} and this call is not lost: {@code retry} then runs at once.
     */
    public void onAvailable(int count, Runnable retry) {
        waiting.add(retry);
        if (free.get() >= count && waiting.remove(retry)) {
            retry.run();
        }
    }

    public int capacity() {
        return capacity;
    }

    public int used() {
        return capacity - free.get();
    }
}
