package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.observe.OpenConnection;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.tcp.RelayHandler.Side;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The pair of a downstream and an upstream channel. It keeps the route it was accepted with, whatever becomes of the
 * Service, and goes on while that says so (rule D9). It closes once, with one reason. Confined to the event loop of its
 * channels.
 */
final class TcpConnection {

    private static final Logger LOG = LogManager.getLogger();

    private final Transport transport;
    private final Route route;
    private final ServicePortObserver observer;
    private final Channel downstream;
    private final EstablishedConnections established;
    private final EstablishedConnections.Link link = new EstablishedConnections.Link(this);
    private final Runnable onClosed;
    private @Nullable Channel upstream;
    private @Nullable Backend backend;
    private long connectedAt;
    private boolean clientFinished;
    private boolean backendFinished;
    private boolean closed;
    private boolean keptAlive;

    TcpConnection(
            Transport transport,
            Route route,
            Channel downstream,
            EstablishedConnections established,
            Runnable onClosed) {
        this.transport = transport;
        this.route = route;
        this.downstream = downstream;
        this.established = established;
        this.onClosed = onClosed;
        this.observer = route.observer().connection((InetSocketAddress) downstream.remoteAddress(), (InetSocketAddress)
                downstream.localAddress());
        observer.onAccept();
    }

    Route route() {
        return route;
    }

    /** Who watches this connection. */
    ServicePortObserver observer() {
        return observer;
    }

    Channel downstream() {
        return downstream;
    }

    InetAddress client() {
        return ((InetSocketAddress) downstream.remoteAddress()).getAddress();
    }

    boolean isClosed() {
        return closed;
    }

    void connected(Channel backendChannel, Backend answering) {
        upstream = backendChannel;
        backend = answering;
        connectedAt = Ticker.SYSTEM.nanos();
        established.add(link);
        LOG.trace("Mapped {} from {} to {}", route.name(), downstream.remoteAddress(), answering);
    }

    /**
     * Has the kernel notice when the backend is gone without a word; for the client's socket the listener said so.
     *
     * @return false where that was done before
     */
    boolean keepAlive() {
        if (keptAlive || upstream == null) {
            return false;
        }
        keptAlive = true;
        try {
            transport.keepAlive().forEach(upstream.config()::setOption);
        } catch (ChannelException e) { // the socket is closed, which nobody has been told yet
            LOG.trace("No keep-alive for {} to {}", route.name(), backend, e);
        }
        return true;
    }

    /** True once all that the side sent has been handed to the peer, its FIN included. */
    boolean isFinished(Side side) {
        return side == Side.CLIENT ? clientFinished : backendFinished;
    }

    /**
     * All that the side sent has been handed to the peer, its FIN is yet to be. The second FIN is that of the close;
     * after the first, the peer's own is the end of its channel.
     */
    void onFinished(Side side, Channel peer) {
        if (closed) {
            return;
        }
        if (isFinished(side.other())) {
            close(CloseReason.COMPLETED, Channel::close);
        } else if (Transport.shutdownOutput(peer)) {
            ((SocketChannel) peer).config().setAllowHalfClosure(false);
            clientFinished = side == Side.CLIENT;
            backendFinished = side == Side.BACKEND;
        } else {
            reset(side.other().resetReason);
        }
    }

    /**
     * What it is now; empty where one of its addresses is gone already, with the socket.
     *
     * @param nanos the moment that its age is of; that may be before it had its backend
     */
    Optional<OpenConnection> describe(long nanos) {
        var client = (InetSocketAddress) downstream.remoteAddress();
        var frontend = (InetSocketAddress) downstream.localAddress();
        if (client == null || frontend == null || backend == null) {
            return Optional.empty();
        }
        Duration age = Duration.ofNanos(Math.max(0, nanos - connectedAt));
        return Optional.of(new OpenConnection(route.name(), client, frontend, backend, age));
    }

    /** Ends both sides at once; whoever is still there sees a reset. */
    void reset(CloseReason reason) {
        if (!closed) {
            close(reason, TcpConnection::abort);
        }
    }

    /** Ends it where its backend is no endpoint any more whose connections may go on (rule D9). */
    void resetIfGone() {
        if (backend != null && !route.drain().current().keeps(backend)) {
            reset(CloseReason.ENDPOINT_GONE);
        }
    }

    /** Closes a channel so that its peer sees a reset, not a FIN; also one that no event loop has. */
    static void abort(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            if (channel.isRegistered()) {
                channel.close();
            } else {
                channel.unsafe().closeForcibly();
            }
        }
    }

    private void close(CloseReason reason, Consumer<Channel> how) {
        closed = true;
        LOG.trace("Closed {} from {}: {}", route.name(), downstream.remoteAddress(), reason);
        how.accept(downstream);
        if (upstream != null) {
            how.accept(upstream);
            established.remove(link);
        }
        observer.onClose(reason);
        onClosed.run();
    }
}
