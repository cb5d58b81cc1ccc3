package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.transport.Splicing;
import dev.kubeproxy.server.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
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
    private final Dialer dialer;
    private final ConnectionCount connections = new ConnectionCount();
    private final Map<EventExecutor, EstablishedConnections> established;

    public TcpProxy(
            Transport transport,
            EventLoopGroup loops,
            DialPolicy policy,
            DescriptorBudget descriptors,
            Splicing splicing,
            Ticker ticker) {
        this.transport = transport;
        this.loops = loops;
        this.descriptors = descriptors;
        Bootstrap upstream =
                new Bootstrap().channelFactory(transport.sockets()).option(ChannelOption.ALLOW_HALF_CLOSURE, true);
        transport.keepAlive().forEach(upstream::option);
        this.dialer = new Dialer(upstream, policy, splicing, ticker);
        Map<EventExecutor, EstablishedConnections> ofLoop = new HashMap<>();
        loops.forEach(loop -> ofLoop.put(loop, new EstablishedConnections()));
        this.established = Map.copyOf(ofLoop);
    }

    /**
     * Listens on the frontend, on the loop; connections are spread over all loops. The future fails when the address is
     * taken or is none of this machine.
     */
    public ChannelFuture bind(EventLoop loop, Frontend frontend, RouteRef route) {
        ServerBootstrap bootstrap =
                listener(frontend.address()).group(loop, loops).childHandler(new Acceptor(_ -> route));
        return bootstrap.bind(frontend.socketAddress());
    }

    /**
     * Listens for connections to many frontends, which arrive with theirs as their local address; the loop runs them
     * all. Several loops may listen on one address.
     *
     * @param routes where a connection to an address goes; null: it is reset
     */
    public ChannelFuture listen(
            EventLoop loop, InetSocketAddress address, Function<InetSocketAddress, @Nullable RouteRef> routes) {
        ServerBootstrap bootstrap =
                listener(address.getAddress()).group(loop, loop).childHandler(new Acceptor(routes));
        transport.reusePort().forEach(bootstrap::option);
        return bootstrap.bind(address);
    }

    private ServerBootstrap listener(InetAddress address) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .channelFactory(transport.serverSockets(address))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handler(new AcceptHandler(descriptors))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false);
        transport.keepAlive().forEach(bootstrap::option);
        transport.listenerOptions(address).forEach(bootstrap::option);
        return bootstrap;
    }

    /** Connections that are open, being dialled or relayed. */
    public int connections() {
        return connections.active();
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

    /** Makes a connection of each accepted channel. */
    @ChannelHandler.Sharable
    private final class Acceptor extends ChannelInitializer<Channel> {

        private final Function<InetSocketAddress, @Nullable RouteRef> routes;

        Acceptor(Function<InetSocketAddress, @Nullable RouteRef> routes) {
            this.routes = routes;
        }

        @Override
        protected void initChannel(Channel downstream) {
            InetSocketAddress frontend = (InetSocketAddress) downstream.localAddress(); // null where it is gone already
            RouteRef route = frontend == null ? null : routes.apply(frontend);
            if (route == null) {
                descriptors.release(AcceptHandler.DESCRIPTORS);
                TcpConnection.abort(downstream);
            } else {
                connect(downstream, frontend.getAddress(), route.current());
            }
        }

        private void connect(Channel downstream, InetAddress frontend, Route route) {
            connections.opened(frontend);
            EstablishedConnections ofLoop = Objects.requireNonNull(established.get(downstream.eventLoop()));
            TcpConnection connection = new TcpConnection(route, downstream, ofLoop, () -> {
                connections.closed(frontend);
                descriptors.release(AcceptHandler.DESCRIPTORS);
            });
            downstream.pipeline().addLast(new DialHandler(connection, dialer));
        }
    }
}
