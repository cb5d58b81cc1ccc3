package dev.kubeproxy.server.tcp;

import static java.util.Objects.requireNonNull;

import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.observe.OpenConnection;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.transport.StreamSocket;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The pair of a downstream and an upstream socket. It keeps the route it was accepted with, whatever becomes of the
 * Service, and goes on while that says so (rule D9). It closes once, with one reason. Confined to its event loop.
 */
final class TcpConnection {

    private static final Logger LOG = LogManager.getLogger();

    private final Route route;
    private final ServicePortObserver observer;
    private final EventLoop loop;
    private final StreamSocket downstream;
    private final InetSocketAddress client;
    private final InetSocketAddress frontend;
    private final EstablishedConnections established;
    private final EstablishedConnections.Link link = new EstablishedConnections.Link(this);
    private final Runnable onClosed;
    private @Nullable StreamSocket upstream;
    /** Null while it is dialled. */
    private @Nullable Backend backend;

    private long connectedAt;
    private boolean clientFinished;
    private boolean backendFinished;
    private boolean closed;
    private boolean keptAlive;

    TcpConnection(
            Accepted accepted, Route route, EventLoop loop, EstablishedConnections established, Runnable onClosed) {
        this.route = route;
        this.loop = loop;
        this.downstream = accepted.socket();
        this.client = accepted.client();
        this.frontend = accepted.frontend();
        this.established = established;
        this.onClosed = onClosed;
        this.observer = route.observer().connection(client, frontend);
        observer.onAccept();
    }

    /**
     * A client's connection.
     *
     * @param frontend the address that the client dialled
     */
    record Accepted(StreamSocket socket, InetSocketAddress client, InetSocketAddress frontend) {}

    /** Gives it to the event loop, which calls this, and finds it a backend. */
    void open(Dialer dialer) {
        downstream.open(loop, cause -> reset(CloseReasons.of(cause, CloseReason.CLIENT_GONE)));
        if (!closed) {
            Dial.start(this, dialer);
        }
    }

    Route route() {
        return route;
    }

    /** Who watches this connection. */
    ServicePortObserver observer() {
        return observer;
    }

    EventLoop loop() {
        return loop;
    }

    InetAddress client() {
        return client.getAddress();
    }

    /** A socket that may become its upstream. */
    void dialling(StreamSocket socket) {
        upstream = socket;
    }

    /** That one will not. */
    void giveUpDialling() {
        if (upstream != null) {
            upstream.reset();
            upstream = null;
        }
    }

    /** The backend has answered. */
    void relay(Backend answering) {
        StreamSocket answered = requireNonNull(upstream);
        backend = answering;
        connectedAt = Ticker.SYSTEM.nanos();
        established.add(link);
        LOG.trace("Mapped {} from {} to {}", route.name(), client, answering);
        answered.relayTo(downstream, new RelayEvents(this, Side.BACKEND));
        if (!closed) {
            downstream.relayTo(answered, new RelayEvents(this, Side.CLIENT));
        }
    }

    /**
     * Has the kernel notice when the backend is gone without a word; the client's socket had that from its listener, or when
     * it was opened.
     *
     * @return false where that was done before
     */
    boolean keepAlive() {
        if (keptAlive || upstream == null) {
            return false;
        }
        keptAlive = true;
        upstream.keepAlive();
        return true;
    }

    private boolean isFinished(Side side) {
        return side == Side.CLIENT ? clientFinished : backendFinished;
    }

    /** All that the side sent has been handed on, its FIN is yet to be. The second FIN is that of the close. */
    void onFinished(Side side) {
        if (isFinished(side.other())) {
            close(CloseReason.COMPLETED, StreamSocket::end);
        } else if (requireNonNull(side == Side.CLIENT ? upstream : downstream).shutdownOutput()) {
            clientFinished |= side == Side.CLIENT;
            backendFinished |= side == Side.BACKEND;
        } else {
            reset(side.other().resetReason);
        }
    }

    /**
     * What it is now; empty while it has no backend.
     *
     * @param nanos the moment that its age is of; that may be before it had its backend
     */
    Optional<OpenConnection> describe(long nanos) {
        if (backend == null) {
            return Optional.empty();
        }
        Duration age = Duration.ofNanos(Math.max(0, nanos - connectedAt));
        return Optional.of(new OpenConnection(route.name(), client, frontend, backend, age));
    }

    /** Ends both sides at once; whoever is still there sees a reset. */
    void reset(CloseReason reason) {
        close(reason, StreamSocket::reset);
    }

    /** Ends it where its backend is no endpoint any more whose connections may go on (rule D9). */
    void resetIfGone() {
        if (backend != null && !route.drain().current().keeps(backend)) {
            reset(CloseReason.ENDPOINT_GONE);
        }
    }

    private void close(CloseReason reason, Consumer<StreamSocket> how) {
        if (closed) {
            return;
        }
        closed = true;
        LOG.trace("Closed {} from {}: {}", route.name(), client, reason);
        how.accept(downstream);
        if (upstream != null) {
            how.accept(upstream);
        }
        if (backend != null) {
            established.remove(link);
        }
        observer.onClose(reason);
        onClosed.run();
    }
}
