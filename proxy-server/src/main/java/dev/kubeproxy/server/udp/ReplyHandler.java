package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.limit.LocalPorts;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The end of a socket that is connected to a backend: hands what it reads to the session that has the socket. Without a
 * session the socket is free for the next one, and whatever is still said to it proves that it must not be used again.
 */
final class ReplyHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOGGER = LogManager.getLogger();

    private final UpstreamSockets sockets;
    private final Backend backend;
    private final Channel channel;
    private @Nullable UdpSession session;
    private @Nullable UdpSession unflushed;
    private long freeSince;

    ReplyHandler(UpstreamSockets sockets, Backend backend, Channel channel) {
        this.sockets = sockets;
        this.backend = backend;
        this.channel = channel;
    }

    void attach(UdpSession owner) {
        session = owner;
    }

    /** Connects a new socket; almost always that is done when this returns. */
    void connect() {
        if (!channel.isActive()) {
            channel.connect(backend.address()).addListener(this::connected);
        }
    }

    /**
     * The session ended.
     *
     * @param reusable false where the backend may still have something to say to the session's client
     */
    void detach(boolean reusable) {
        session = null;
        if (reusable && channel.isActive()) {
            sockets.free(this);
        } else {
            close();
        }
    }

    void close() {
        var _ = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        try {
            if (session == null) {
                sockets.discard(this);
                return;
            }
            session.reply(packet.content());
            unflushed = session;
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (unflushed != null) {
            unflushed.flushReplies();
            unflushed = null;
        }
    }

    /** The socket connected; mostly that is before there is anything to flush. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (session != null) {
            session.end(CloseReason.SHUTDOWN);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (session == null) {
            if (!(cause instanceof IOException)) {
                LOGGER.error("Unexpected failure on a connection; closing it", cause);
            }
            sockets.discard(this);
        } else if (!(cause instanceof IOException)) {
            session.onFault(cause);
        } else if (unreachable(cause)) {
            session.refused();
        } else {
            LOGGER.trace("datagram for {} not sent", backend, cause);
        }
    }

    private void connected(Future<?> attempt) {
        Throwable failure = attempt.cause();
        if (failure == null || session == null) {
            return;
        }
        LOGGER.trace("no connection to {}", backend, failure);
        if (LocalPorts.ranOut(failure)) {
            session.end(CloseReason.NO_DESCRIPTOR);
        } else {
            session.refused();
        }
    }

    Backend backend() {
        return backend;
    }

    Channel channel() {
        return channel;
    }

    long freeSince() {
        return freeSince;
    }

    void freeSince(long nanos) {
        freeSince = nanos;
    }

    /** True where the network said that nobody is there, unlike a datagram that was too large or found no room. */
    private static boolean unreachable(Throwable cause) {
        return switch (cause) {
            case PortUnreachableException _, ConnectException _, NoRouteToHostException _ -> true;
            case Errors.NativeIoException e ->
                e.expectedErr() == Errors.ERROR_ECONNREFUSED_NEGATIVE
                        || e.expectedErr() == Errors.ERROR_ENETUNREACH_NEGATIVE
                        || e.expectedErr() == Errors.ERROR_EHOSTUNREACH_NEGATIVE;
            default -> false;
        };
    }
}
