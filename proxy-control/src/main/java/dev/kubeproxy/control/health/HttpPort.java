package dev.kubeproxy.control.health;

import dev.kubeproxy.server.model.Addresses;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server of pages. Where its address is taken, or its socket lost, it tries again until it has it (rule K1). All
 * ports of the process share the {@link HttpLoop}; each request has a virtual thread of its own and bounded time, so that
 * slow pages and slow clients hold up nobody. Thread-safe.
 */
final class HttpPort implements AutoCloseable {

    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = LogManager.getLogger();

    private final String name;
    private final InetSocketAddress address;
    private final String place;
    private final Answers answers;
    private final Consumer<String> onTaken;
    private final Limits limits;
    private final Duration retryInterval;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable Future<?> retry;
    private @Nullable HttpSocket socket;
    private boolean closed;

    /** @param name for log lines: "health", "metrics" */
    HttpPort(String name, InetSocketAddress address, Map<String, Page.Source> pages) {
        this(name, address, Map.copyOf(pages)::get, _ -> {});
    }

    /** @param onTaken told why the address cannot be bound, once however often it is tried */
    HttpPort(String name, InetSocketAddress address, Page.Sources pages, Consumer<String> onTaken) {
        this(name, address, pages, onTaken, Limits.USUAL, RETRY_INTERVAL);
    }

    /**
     * One with bounds of its own.
     *
     * @param limits what its clients may take
     * @param retryInterval how often it tries to bind an address that is taken
     */
    HttpPort(
            String name,
            InetSocketAddress address,
            Page.Sources pages,
            Consumer<String> onTaken,
            Limits limits,
            Duration retryInterval) {
        this.name = name;
        this.address = address;
        this.place = text(address);
        this.answers = new Answers(name, pages);
        this.onTaken = onTaken;
        this.limits = limits;
        this.retryInterval = retryInterval;
    }

    /**
     * Starts to serve.
     *
     * @param hardFail throw where the address is taken, instead of trying again until it is free
     */
    void start(boolean hardFail) throws IOException {
        if (hardFail) {
            bind();
        } else {
            bindOrRetry();
        }
    }

    /** @throws IOException when the address cannot be bound */
    void bind() throws IOException {
        try {
            open();
        } catch (IOException e) {
            String why = "cannot serve %s on %s: %s".formatted(name, place, e.getMessage());
            onTaken.accept(why);
            throw new IOException(why, e);
        }
    }

    /** Binds now, or later: what fails is logged and tried again. */
    void bindOrRetry() {
        attempt(true);
    }

    /** Tries once more, now, where its address was taken; otherwise does nothing. */
    void bindNow() {
        try {
            open();
        } catch (IOException e) {
            LOG.debug("Still cannot serve {} on {}: {}", name, place, e.getMessage());
        }
    }

    /** Where it listens, once it does: with port 0 the system chose. */
    synchronized Optional<InetSocketAddress> boundAddress() {
        return Optional.ofNullable(socket).map(HttpSocket::address);
    }

    /** For tests: what lets its clients in. */
    synchronized Optional<Channel> listener() {
        return Optional.ofNullable(socket).flatMap(HttpSocket::listener);
    }

    /** Ends all connections at once; the address is free when it returns. */
    @Override
    public synchronized void close() {
        closed = true;
        if (retry != null) {
            retry.cancel(false);
        }
        if (socket != null) {
            socket.close();
        }
        requests.shutdownNow();
    }

    private void attempt(boolean first) {
        try {
            open();
        } catch (IOException e) {
            if (first) {
                onTaken.accept("cannot serve %s on %s: %s".formatted(name, place, e.getMessage()));
            }
            LOG.log(
                    first ? Level.WARN : Level.DEBUG,
                    "Cannot serve {} on {}, trying again every {} s: {}",
                    name,
                    place,
                    retryInterval.toSeconds(),
                    e.getMessage());
            later();
        }
    }

    private synchronized void later() {
        if (!closed) {
            Runnable again = () -> requests.execute(() -> attempt(false));
            retry = HttpLoop.LOOP.schedule(again, retryInterval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void open() throws IOException {
        if (closed || socket != null) {
            return;
        }
        HttpSocket opened = HttpSocket.open(address, answers, requests, limits, this::onClosed);
        socket = opened;
        LOG.info("Serving {} on {}", name, text(opened.address()));
    }

    /** For another thread: whoever closes this port keeps it locked while waiting for the event loop, which tells this. */
    private void onClosed(Throwable cause) {
        Thread.startVirtualThread(() -> reopenLater(cause));
    }

    private synchronized void reopenLater(Throwable cause) {
        if (closed || socket == null) {
            return;
        }
        LOG.warn(
                "A fault ended serving {} on {}, trying again in {} s",
                name,
                text(socket.address()),
                retryInterval.toSeconds(),
                cause);
        socket.close();
        socket = null;
        later();
    }

    private static String text(InetSocketAddress address) {
        return Addresses.text(address.getAddress(), address.getPort());
    }
}
