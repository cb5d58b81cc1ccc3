package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.balance.Pick;
import dev.kubeproxy.server.balance.Picker;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A listener: hands each client's datagrams to its session, which it opens where there is none; or each datagram to the
 * client's session with the backend whose turn it is (rule G9). Whatever goes wrong with
 * one datagram or one session stays there.
 */
final class DatagramHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOGGER = LogManager.getLogger();

    /** How many sessions at most end to free one descriptor; others may be faster to take it. */
    private static final int MOST_EVICTIONS = 4;

    private final Channel channel;
    private final RouteRef route;
    private final UdpLoop loop;
    private final ListenerSessions sessions = new ListenerSessions();
    private final RefusedBackends refused;
    private final List<UdpSession> unflushed = new ArrayList<>();
    private @Nullable Route lastRoute;
    private @Nullable Picker lastInside;
    private @Nullable Picker lastOutside;

    DatagramHandler(Channel channel, RouteRef route, UdpLoop loop) {
        this.channel = channel;
        this.route = route;
        this.loop = loop;
        this.refused = new RefusedBackends(loop.ticker());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        loop.listenerOpened();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        try {
            read(packet.sender(), packet.content());
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (UdpSession session : unflushed) {
            session.flush();
        }
        unflushed.clear();
    }

    /** The pool was swapped. A datagram that is faster than this finds out by itself. */
    void onPoolChanged() {
        endSessionsOutside(route.current());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        for (UdpSession session : sessions.all()) {
            session.end(CloseReason.SHUTDOWN);
        }
        loop.listenerClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOGGER.trace("a reply from {} was not sent", channel.localAddress(), cause);
        } else {
            onFault(cause);
        }
    }

    /** A fault of this program, here or in a session. */
    void onFault(Throwable fault) {
        LOGGER.error("fault in the listener {}, which goes on", channel.localAddress(), fault);
    }

    Channel channel() {
        return channel;
    }

    UdpSessionTable table() {
        return loop.table();
    }

    ListenerSessions sessions() {
        return sessions;
    }

    RefusedBackends refused() {
        return refused;
    }

    private void read(InetSocketAddress client, ByteBuf payload) {
        Route current = route.current();
        endSessionsOutside(current);
        UdpSession session = current.udpBalancing() == UdpBalancing.SESSION ? sessions.find(client) : null;
        if (session == null) {
            session = pick(client, current);
        }
        if (session != null && !session.send(payload)) { // another one has this datagram (rule G7)
            session = pick(client, current);
            if (session != null) {
                session.send(payload);
            }
        }
        if (session != null) {
            unflushed.add(session);
        }
    }

    /**
     * Sessions end whose backend is not in their pool any more (rule G4), or whose client may not come in any more (rule
     * I2); nothing to do for a route and pickers seen before.
     */
    private void endSessionsOutside(Route current) {
        Picker inside = current.inside().current();
        Picker outside = current.outside().current();
        if (current.equals(lastRoute) && inside.equals(lastInside) && outside.equals(lastOutside)) {
            return;
        }
        boolean another = lastRoute != null && !lastRoute.name().equals(current.name());
        lastRoute = current;
        lastInside = inside;
        lastOutside = outside;
        Map<Picker, Map<Backend, Boolean>> usable = new HashMap<>();
        for (UdpSession session : sessions.all()) {
            Picker picker = current.picker(session.client().getAddress());
            if (!usable.computeIfAbsent(picker, _ -> new HashMap<>())
                    .computeIfAbsent(session.backend(), picker::contains)) {
                session.end(CloseReason.BACKEND_REMOVED);
            } else if (another) {
                session.handOver(observer(current, session.client(), session.backend()));
            }
        }
    }

    private ServicePortObserver observer(Route target, InetSocketAddress client, Backend backend) {
        return target.observer().session(client, (InetSocketAddress) channel.localAddress(), backend);
    }

    /** The client's session with the backend that is picked for it, opened where there is none. */
    private @Nullable UdpSession pick(InetSocketAddress client, Route target) {
        return switch (target.picker(client.getAddress()).pick(client.getAddress(), refused.take(client))) {
            case Pick.Chosen(Backend backend) -> {
                UdpSession known = sessions.find(client, backend);
                yield known == null ? open(client, backend, target) : known;
            }
            case Pick.Refused(CloseReason reason) -> drop(target, reason);
        };
    }

    private @Nullable UdpSession open(InetSocketAddress client, Backend backend, Route target) {
        if (loop.own().include(backend, Protocol.UDP)) {
            // it would go round for ever; the client's next one goes elsewhere
            refused.remember(client, backend);
            return drop(target, CloseReason.DIAL_FAILED);
        }
        if (!loop.table().makeRoom(sessions)) {
            return drop(target, CloseReason.EVICTED);
        }
        ReplyHandler upstream = loop.sockets().take(backend);
        for (int evicted = 0;
                upstream == null && evicted < MOST_EVICTIONS && loop.table().evictOne();
                evicted++) {
            upstream = loop.sockets().take(backend);
        }
        if (upstream == null) {
            return drop(target, CloseReason.NO_DESCRIPTOR);
        }
        loop.sweepLater();
        UdpSession session = new UdpSession(this, client, observer(target, client, backend), upstream);
        CloseReason end = session.open();
        if (end == CloseReason.NO_DESCRIPTOR) { // no port; for the next datagram there is one
            loop.table().evictOne();
            loop.sockets().closeFree();
        }
        return end == null ? session : drop(target, end);
    }

    private static @Nullable UdpSession drop(Route target, CloseReason reason) {
        target.observer().onDatagramDropped(reason);
        return null;
    }
}
