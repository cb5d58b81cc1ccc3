package dev.kubeproxy.control.access;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Writes what it is offered, some times a second, on a thread of its own. Its queue is bounded: what finds it full is
 * counted and dropped. Offered to by all event loops, which it never holds up.
 */
final class AccessWriter implements AutoCloseable {

    static final int CAPACITY = 16_384;

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final int MOST_AT_ONCE = 1024;
    private static final long LAST_WRITE_SECONDS = 5;
    private static final Logger LOG = LogManager.getLogger();

    private final Queue<AccessRecord> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final AccessFormat format;
    private final LineSink sink;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("access-log").factory());
    private boolean failing;

    AccessWriter(AccessFormat format, LineSink sink) {
        this.format = format;
        this.sink = sink;
    }

    void start() {
        var _ = thread.scheduleWithFixedDelay(
                this::writeAll, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    void offer(AccessRecord record) {
        if (queued.incrementAndGet() > CAPACITY) {
            queued.decrementAndGet();
            dropped.increment();
        } else {
            queue.add(record);
        }
    }

    /** Lines written so far. */
    long written() {
        return written.sum();
    }

    /** Lines that found the queue full, or could not be written. */
    long dropped() {
        return dropped.sum();
    }

    /** Writes what is left, for a few seconds at most. */
    @Override
    public void close() {
        thread.execute(this::writeAll);
        thread.shutdown();
        try {
            if (thread.awaitTermination(LAST_WRITE_SECONDS, TimeUnit.SECONDS)) {
                sink.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAll() {
        int taken = 0;
        try {
            for (List<String> lines = take(); !lines.isEmpty(); lines = take()) {
                taken = lines.size();
                sink.write(lines);
                written.add(taken);
                taken = 0;
            }
            failing = false;
        } catch (Throwable e) { // else nothing would be written any more
            dropped.add(taken);
            if (!failing) {
                failing = true;
                LOG.error("The access log lost some lines", e);
            }
        }
    }

    private List<String> take() {
        List<String> lines = new ArrayList<>();
        for (AccessRecord next = queue.poll(); next != null; next = queue.poll()) {
            queued.decrementAndGet();
            lines.add(format.line(next));
            if (lines.size() == MOST_AT_ONCE) {
                break;
            }
        }
        return lines;
    }
}
