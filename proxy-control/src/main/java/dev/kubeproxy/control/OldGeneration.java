package dev.kubeproxy.control;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.util.Optional;
import javax.management.JMException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Keeps the heap near what is in use. The serial collector by itself lets its old generation grow to the heap's bound
 * before it looks through it, so that changes alone would make any proxy as large as the largest, and the one long pause
 * longer. Here it does so whenever that has doubled. Works on a thread of the JVM's.
 */
final class OldGeneration implements NotificationListener, AutoCloseable {

    /** Less is not worth a pause. */
    static final long LEAST = 48L << 20;

    private static final Logger LOG = LogManager.getLogger();

    private final NotificationEmitter emitter;
    private final Pool pool;

    /** The part of the heap that grows. */
    interface Pool {

        /** Asks for one notification when more is in use. */
        void notifyAbove(long bytes);

        /** Looks through the whole heap, while everything stands still. Returns how many bytes of the pool stay in use. */
        long collect();
    }

    OldGeneration(NotificationEmitter emitter, Pool pool) {
        this.emitter = emitter;
        this.pool = pool;
        emitter.addNotificationListener(this, null, null);
        pool.notifyAbove(LEAST);
    }

    /** Begins to watch over it; empty with another collector, which needs no help. */
    static Optional<OldGeneration> ofSerialCollector() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Tenured Gen") && pool.isUsageThresholdSupported())
                .findFirst()
                .map(pool -> new OldGeneration(
                        (NotificationEmitter) ManagementFactory.getMemoryMXBean(), new Tenured(pool)));
    }

    @Override
    public void handleNotification(Notification notification, Object handback) {
        if (notification.getType().equals(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED)) {
            long used = pool.collect();
            LOG.debug("The heap's old generation is collected; {} MiB are in use", used >> 20);
            pool.notifyAbove(Math.max(LEAST, 2 * used));
        }
    }

    @Override
    public void close() throws JMException {
        emitter.removeNotificationListener(this);
    }

    private record Tenured(MemoryPoolMXBean pool) implements Pool {

        @Override
        public void notifyAbove(long bytes) { // less than the bound, which use never gets to
            pool.setUsageThreshold(Math.min(bytes, pool.getUsage().getMax() / 8 * 7));
        }

        @Override
        public long collect() {
            System.gc();
            return pool.getUsage().getUsed();
        }
    }
}
