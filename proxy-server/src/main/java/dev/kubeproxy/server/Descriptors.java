package dev.kubeproxy.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.observe.ProxyObserver;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The process' file descriptors. */
final class Descriptors {

    /** Kept back for jars, logs, sockets of health checks, the API server and what is accepted before accepting stops. */
    private static final int RESERVE = 48;

    private static final Duration WARN_EVERY = Duration.ofMinutes(1);
    private static final Logger LOG = LogManager.getLogger();

    private Descriptors() {}

    /** What connections, sessions and listeners may have of the limit. */
    static DescriptorBudget budget(int limit, ProxyObserver observer) {
        int capacity = Math.clamp(limit - open() - RESERVE, 2, Integer.MAX_VALUE);
        return new DescriptorBudget(capacity, new DescriptorBudget.Episodes() {
            private volatile long warnedAt = Ticker.SYSTEM.nanos() - WARN_EVERY.toNanos();

            @Override
            public void onExhausted() {
                observer.onDescriptorsExhausted();
                if (Ticker.SYSTEM.nanos() - warnedAt < WARN_EVERY.toNanos()) {
                    return;
                }
                warnedAt = Ticker.SYSTEM.nanos();
                LOG.warn(
                        "Out of file descriptors: connections, sessions and listeners hold all {} of the limit of {};"
                                + " new clients wait until some leave. Raise the limit (ulimit -n, LimitNOFILE)",
                        capacity,
                        limit);
            }

            @Override
            public void onAvailable() {
                LOG.debug("Half of the file descriptors are free again");
                observer.onDescriptorsAvailable();
            }
        });
    }

    /** How many the process may have open; the JVM has raised the soft limit to the hard one at its start. */
    static int limit() {
        return Math.clamp(unix().getMaxFileDescriptorCount(), 0, Integer.MAX_VALUE);
    }

    private static long open() {
        return unix().getOpenFileDescriptorCount();
    }

    private static UnixOperatingSystemMXBean unix() {
        return (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    }
}
