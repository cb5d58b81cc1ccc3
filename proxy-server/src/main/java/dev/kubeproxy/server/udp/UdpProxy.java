package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves UDP frontends: a datagram socket for each, and its clients' sessions (rules G1-G9). Thread-safe. */
public final class UdpProxy {

    /**
     * Takes 5,000 small datagrams at once, where the kernel's usual buffer drops all but 300; as far as {@code
     * net.core.rmem_max} allows.
     */
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final Transport transport;
    private final UdpLimits limits;
    private final DescriptorBudget descriptors;
    private final OwnFrontends own;
    private final Ticker ticker;
    private final int sessionsPerLoop;
    private final AtomicInteger sessions = new AtomicInteger();
    private final Map<EventLoop, UdpLoop> udpLoops = new ConcurrentHashMap<>();

    public UdpProxy(
            Transport transport,
            EventLoopGroup loops,
            UdpLimits limits,
            DescriptorBudget descriptors,
            OwnFrontends own,
            Ticker ticker) {
        this.transport = transport;
        this.limits = limits;
        this.descriptors = descriptors;
        this.own = own;
        this.ticker = ticker;
        int loopCount = 0;
        for (var _ : loops) {
            loopCount++;
        }
        this.sessionsPerLoop = Math.ceilDiv(limits.maxSessions(), Math.max(1, loopCount));
    }

    /**
     * Binds the frontend on the loop, with all its sessions; the future fails when the address is taken. Closing the
     * channel ends its sessions.
     */
    public ChannelFuture bind(EventLoop eventLoop, Frontend frontend, RouteRef route) {
        return bootstrap(eventLoop, frontend, route).bind(frontend.socketAddress());
    }

    /** The same, on an address that another socket may have that was opened likewise by the same user. */
    public ChannelFuture bindShared(EventLoop eventLoop, Frontend frontend, RouteRef route) {
        Bootstrap bootstrap = bootstrap(eventLoop, frontend, route);
        transport.reusePort().forEach(bootstrap::option);
        return bootstrap.bind(frontend.socketAddress());
    }

    private Bootstrap bootstrap(EventLoop eventLoop, Frontend frontend, RouteRef route) {
        if (frontend.anyAddress()) {
            throw new IllegalArgumentException(
                    frontend + " stands for many addresses; bind each, so that replies come from the one asked");
        }
        Bootstrap bootstrap = new Bootstrap()
                .group(eventLoop)
                .channelFactory(transport.datagrams())
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel listener) {
                        UdpLoop loop = udpLoops.computeIfAbsent(listener.eventLoop(), UdpProxy.this::newLoop);
                        listener.config().setRecvByteBufAllocator(loop.sockets().reads());
                        DatagramQueue.bound(listener);
                        listener.pipeline().addLast(new DatagramHandler(listener, route, loop));
                    }
                });
        transport.listenerOptions(frontend.address()).forEach(bootstrap::option);
        return bootstrap;
    }

    /**
     * The frontend's pool or route changed: sessions whose backend is not in it any more end, and their clients' next
     * datagrams pick anew (rule G4).
     */
    public void onPoolChanged(Channel listener) {
        DatagramHandler handler = listener.pipeline().get(DatagramHandler.class);
        if (handler != null) { // else it is closed
            listener.eventLoop().execute(handler::onPoolChanged);
        }
    }

    /** How many there are, of all listeners. */
    public int sessions() {
        return sessions.get();
    }

    private UdpLoop newLoop(EventLoop loop) {
        UdpSessionTable table = new UdpSessionTable(limits, sessionsPerLoop, ticker, sessions);
        return new UdpLoop(loop, limits, table, new UpstreamSockets(transport, loop, descriptors, ticker), own, ticker);
    }
}
