package dev.kubeproxy.control.access;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.PassingObserver;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Logs each connection and UDP session when it ends, and passes everything on. Called on event loops. */
public final class AccessLog implements AutoCloseable {

    /**
     * What is logged, and where.
     *
     * @param file standard output where absent
     * @param sample of those that end well one in so many is logged; 0: none
     */
    public record Options(Optional<Path> file, AccessFormat format, int sample) {}

    private final AccessWriter writer;
    private final int sample;
    private final Ticker ticker;
    private final AtomicInteger endedWell = new AtomicInteger();

    AccessLog(AccessWriter writer, int sample, Ticker ticker) {
        this.writer = writer;
        this.sample = sample;
        this.ticker = ticker;
    }

    /**
     * Starts to write.
     *
     * @throws IOException when its file cannot be written
     */
    public static AccessLog open(Options options) throws IOException {
        AccessWriter writer = new AccessWriter(options.format(), LineSink.open(options.file()));
        writer.start();
        return new AccessLog(writer, options.sample(), Ticker.SYSTEM);
    }

    /** An observer that logs, and has {@code next} see everything too. */
    public ProxyObserver inFrontOf(ProxyObserver next) {
        return new Observer(next);
    }

    /** Lines written so far. */
    public long written() {
        return writer.written();
    }

    /** Lines that were dropped because writing was too slow. */
    public long dropped() {
        return writer.dropped();
    }

    @Override
    public void close() {
        writer.close();
    }

    long nanos() {
        return ticker.nanos();
    }

    /** Failures always, others as the sample says. */
    boolean wants(CloseReason reason) {
        return !AccessRecord.isGood(reason)
                || (sample > 0 && Integer.remainderUnsigned(endedWell.getAndIncrement(), sample) == 0);
    }

    void add(AccessRecord record) {
        writer.offer(record);
    }

    private final class Observer implements PassingObserver {

        private final ProxyObserver next;

        Observer(ProxyObserver next) {
            this.next = next;
        }

        @Override
        public ProxyObserver next() {
            return next;
        }

        @Override
        public ServicePortObserver servicePort(ServicePortName name) {
            return new LoggedPort(AccessLog.this, name, next.servicePort(name));
        }
    }

    /** Makes an observer for each connection and session; what concerns none of them goes to the next one. */
    private record LoggedPort(AccessLog log, ServicePortName name, ServicePortObserver next)
            implements PassingServicePortObserver {

        @Override
        public ServicePortObserver connection(InetSocketAddress client, InetSocketAddress frontend) {
            return new LoggedConnection(log, name, next.connection(client, frontend), client, frontend);
        }

        @Override
        public ServicePortObserver session(InetSocketAddress client, InetSocketAddress frontend, Backend backend) {
            var session = new LoggedConnection(log, name, next.session(client, frontend, backend), client, frontend);
            session.dialled(backend);
            return session;
        }
    }
}
