package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.util.concurrent.CompletionStage;

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

    public TcpProxy(
            Transport transport, EventLoopGroup loops, DialPolicy policy, DescriptorBudget descriptors, Ticker ticker) {
        this.transport = transport;
        this.loops = loops;
        this.descriptors = descriptors;
        Bootstrap upstream =
                new Bootstrap().channelFactory(transport.sockets()).option(ChannelOption.ALLOW_HALF_CLOSURE, true);
        transport.keepAlive().forEach(upstream::option);
        this.dialer = new Dialer(upstream, policy, ticker);
    }

    /** Listens on the frontend, on the loop; connections are spread over all loops. The future fails when the address is taken or is none of this machine. */
    public ChannelFuture bind(EventLoop loop, Frontend frontend, RouteRef route) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop, loops)
                .channelFactory(transport.serverSockets(frontend.address()))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .handler(new AcceptHandler(descriptors))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel downstream) {
                        accept(downstream, frontend, route);
                    }
                });
        transport.keepAlive().forEach(bootstrap::option);
        transport.listenerOptions(frontend.address()).forEach(bootstrap::option);
        return bootstrap.bind(frontend.socketAddress());
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

    private void accept(Channel downstream, Frontend frontend, RouteRef route) {
        connections.opened(frontend.address());
        TcpConnection connection = new TcpConnection(route.current(), downstream, () -> {
            connections.closed(frontend.address());
            descriptors.release(AcceptHandler.DESCRIPTORS);
        });
        downstream.pipeline().addLast(new DialHandler(connection, dialer));
    }
}
