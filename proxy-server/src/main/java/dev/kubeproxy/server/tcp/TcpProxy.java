package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.observe.LongestOpen;
import dev.kubeproxy.server.transport.StreamSocket;
import dev.kubeproxy.server.transport.StreamSockets;
import dev.kubeproxy.server.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Proxies TCP: binds frontends and relays each accepted connection to a backend. Thread-safe; the work runs on the event
 * loops that it is given.
 */
public final class TcpProxy {

    /** The kernel cuts this to net.core.somaxconn. */
    private static final int BACKLOG = 4096;

    private final Transport transport;
    private final EventLoopGroup loops;
    private final DescriptorBudget descriptors;
    private final StreamSockets sockets;
    private final Dialer dialer;
    private final ConnectionCount connections = new ConnectionCount();
    private final Map<EventExecutor, EstablishedConnections> established;

    public TcpProxy(
            Transport transport,
            EventLoopGroup loops,
            DialPolicy policy,
            DescriptorBudget descriptors,
            StreamSockets sockets,
            OwnFrontends own,
            Ticker ticker) {
        this.transport = transport;
        this.loops = loops;
        this.descriptors = descriptors;
        this.sockets = sockets;
        this.dialer = new Dialer(sockets, own, policy, ticker);
        Map<EventExecutor, EstablishedConnections> ofLoop = new HashMap<>();
        loops.forEach(loop -> ofLoop.put(loop, new EstablishedConnections(loop)));
        this.established = Map.copyOf(ofLoop);
    }

    /**
     * Listens on the frontend, on the loop; connections are spread over all loops. The future fails when the address is
     * taken or is none of this machine.
     */
    public ChannelFuture bind(EventLoop loop, Frontend frontend, RouteRef route) {
        return listener(loop, frontend.address(), downstream -> accept(loops.next(), downstream, _ -> route))
                .bind(frontend.socketAddress());
    }

    /**
     * Listens for connections to many frontends, which arrive with theirs as their local address; the loop runs them
     * all. Several loops may listen on one address.
     *
     * @param routes where a connection to an address goes; null: it is reset
     */
    public ChannelFuture listen(
            EventLoop loop, InetSocketAddress address, Function<InetSocketAddress, @Nullable RouteRef> routes) {
        Bootstrap listener = listener(loop, address.getAddress(), downstream -> accept(loop, downstream, routes));
        transport.reusePort().forEach(listener::option);
        return listener.bind(address);
    }

    /** Not Netty's ServerBootstrap, whose way from accept to the first handler costs a short connection dear. */
    private Bootstrap listener(EventLoop loop, InetAddress address, Consumer<StreamSocket> onAccepted) {
        Bootstrap listener = new Bootstrap()
                .group(loop)
                .channelFactory(transport.serverSockets(address))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handler(new AcceptHandler(descriptors, sockets, onAccepted));
        transport.inherited().forEach(options -> options.forEach(listener::option));
        transport.listenerOptions(address).forEach(listener::option);
        return listener;
    }

    /** Makes a connection of an accepted socket, which goes to the loop, or resets it where there is no route. */
    private void accept(
            EventLoop loop, StreamSocket downstream, Function<InetSocketAddress, @Nullable RouteRef> routes) {
        InetSocketAddress client = downstream.remoteAddress();
        InetSocketAddress frontend = downstream.localAddress();
        RouteRef route = frontend == null ? null : routes.apply(frontend);
        if (client == null || frontend == null || route == null) {
            descriptors.release(AcceptHandler.DESCRIPTORS);
            downstream.reset();
            return;
        }
        connections.opened(frontend.getAddress());
        var accepted = new TcpConnection.Accepted(downstream, client, frontend);
        if (loop.inEventLoop()) {
            open(loop, accepted, route.current());
            return;
        }
        try {
            loop.execute(() -> open(loop, accepted, route.current()));
        } catch (RejectedExecutionException _) { // the loops are ending
            downstream.reset();
            onClosed(frontend);
        }
    }

    private void onClosed(InetSocketAddress frontend) {
        connections.closed(frontend.getAddress());
        descriptors.release(AcceptHandler.DESCRIPTORS);
    }

    /** Whatever goes wrong costs this connection only, and what was counted for it is given back. */
    private void open(EventLoop loop, TcpConnection.Accepted accepted, Route route) {
        Runnable onClosed = () -> onClosed(accepted.frontend());
        TcpConnection connection = null;
        try {
            EstablishedConnections ofLoop = Objects.requireNonNull(established.get(loop));
            connection = new TcpConnection(accepted, route, loop, ofLoop, onClosed);
            connection.open(dialer);
        } catch (RuntimeException | Error fault) {
            CloseReason reason = CloseReasons.of(fault, CloseReason.INTERNAL);
            if (connection == null) {
                accepted.socket().reset();
                onClosed.run();
            } else {
                connection.reset(reason);
            }
        }
    }

    /** Connections that are open, being dialled or relayed. */
    public int connections() {
        return connections.active();
    }

    /** Asked of each event loop in its turn; at most so many. Costs nothing while nobody asks. */
    public CompletionStage<LongestOpen> longestOpen(int most) {
        long now = Ticker.SYSTEM.nanos();
        CompletableFuture<LongestOpen> done = CompletableFuture.completedFuture(new LongestOpen(List.of(), 0));
        for (var ofLoop : established.entrySet()) {
            if (!ofLoop.getKey().isShuttingDown()) {
                done = done.thenCombine(
                        CompletableFuture.supplyAsync(() -> ofLoop.getValue().longestOpen(most, now), ofLoop.getKey()),
                        (sum, more) -> sum.with(more, most));
            }
        }
        return done;
    }

    /** True while a connection that came in on this frontend address is open. */
    public boolean inUse(InetAddress frontend) {
        return connections.activeOn(frontend);
    }

    /** Completes once no connection is open. Meant for the time after the last listener was closed. */
    public CompletionStage<Void> whenIdle() {
        return connections.whenIdle();
    }

    /**
     * Resets the connections of a service port whose backend is no endpoint any more that keeps them (rule D9); what is
     * being dialled finds out by itself.
     */
    public void onDrainChanged(DrainRef port) {
        established.forEach((loop, connections) -> {
            if (!loop.isShuttingDown()) {
                loop.execute(() -> connections.endGone(port));
            }
        });
    }

    /** Resets the connections that are relayed: by a FIN their clients would take what they have for all. Waits for that, so long. */
    public void endAll(Duration longest) {
        established.forEach((loop, connections) -> {
            if (!loop.isShuttingDown()) {
                loop.submit(connections::endAll).awaitUninterruptibly(longest.toMillis());
            }
        });
    }
}
