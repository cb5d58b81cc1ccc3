package dev.kubeproxy.server.transport;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.EOFException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A stream socket that is a channel of Netty's, for transports without {@link EpollStream}. What it reads it writes to
 * the sink's channel; while that is not writable, it does not read.
 */
final class ChannelStream extends ChannelInboundHandlerAdapter implements StreamSocket {

    private static final Logger LOG = LogManager.getLogger();

    private final SocketChannel channel;
    private final Transport transport;
    /** Read without being asked to: Netty does when a FIN comes. */
    private final Queue<Object> early = new ArrayDeque<>(0);

    private Events events = _ -> {};
    private @Nullable ChannelStream source;
    private @Nullable ChannelStream sink;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean closed;

    ChannelStream(SocketChannel channel, Transport transport) {
        this.channel = channel;
        this.transport = transport;
    }

    @Override
    public void open(EventLoop loop, Events told) {
        events = told;
        channel.config().setAllowHalfClosure(true).setAutoRead(false);
        if (transport.inherited().isEmpty()) {
            keepAlive();
        }
        channel.pipeline().addLast(this);
        loop.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                breakBy(registered.cause());
            }
        });
    }

    void connect(EventLoop loop, InetSocketAddress address, int timeoutMillis, Events told) {
        channel.config().setConnectTimeoutMillis(timeoutMillis);
        loop.execute(
                () -> { // what there is to tell may be so at once
                    if (!closed) {
                        open(loop, told);
                        channel.connect(address).addListener(this::onConnected);
                    }
                });
    }

    private void onConnected(Future<?> connected) {
        if (connected.isSuccess()) {
            tell(events::onConnected);
        } else {
            breakBy(connected.cause());
        }
    }

    @Override
    public void relayTo(StreamSocket other, Events told) {
        events = told;
        sink = (ChannelStream) other;
        sink.source = this;
        early.forEach(this::handOver);
        early.clear();
        sink.channel.flush();
        if (inputEnded) {
            tellEnd();
        }
        readWhileWritable();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (sink == null) {
            early.add(message);
        } else {
            handOver(message);
        }
    }

    private void handOver(Object message) {
        events.onBytes(((ByteBuf) message).readableBytes());
        Channel to = requireNonNull(sink).channel;
        to.write(message, to.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (sink != null) {
            sink.channel.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (source != null) {
            source.readWhileWritable();
        }
    }

    private void readWhileWritable() {
        channel.config().setAutoRead(requireNonNull(sink).channel.isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            onInputEnd();
        }
    }

    /** The end of a channel whose output was ended first is the peer's FIN; any other is a break. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (outputEnded) {
            onInputEnd();
        } else if (!inputEnded) {
            breakBy(channel.eventLoop().isShuttingDown() ? new ClosedChannelException() : new EOFException());
        }
    }

    private void onInputEnd() {
        if (!inputEnded && !closed) {
            inputEnded = true;
            if (sink != null) {
                tellEnd();
            }
        }
    }

    /** Once the sink's socket has taken all. */
    private void tellEnd() {
        Channel to = requireNonNull(sink).channel;
        ChannelOutboundBuffer unsent = to.unsafe().outboundBuffer();
        // isEmpty() would pass over what still waits for a flush
        if (unsent != null && unsent.totalPendingWriteBytes() == 0) {
            events.onEnd();
            return;
        }
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this::onSinkDone); // it is when all before it is
    }

    private void onSinkDone(Future<?> written) {
        if (written.isSuccess()) {
            tell(events::onEnd);
        } else {
            requireNonNull(sink).breakBy(written.cause());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        breakBy(cause);
    }

    private void breakBy(Throwable cause) {
        if (!closed) {
            events.onBroken(cause);
        }
    }

    /** A promise would keep a fault of the owner's to itself. */
    private void tell(Runnable event) {
        try {
            if (!closed) {
                event.run();
            }
        } catch (RuntimeException | Error fault) {
            breakBy(fault);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return channel.localAddress();
    }

    @Override
    public boolean shutdownOutput() {
        outputEnded = true;
        channel.config().setAllowHalfClosure(false);
        return channel.shutdownOutput().cause() == null;
    }

    @Override
    public void keepAlive() {
        try {
            transport.keepAlive(channel.config());
        } catch (ChannelException e) { // the connection is broken, which nobody has been told yet
            LOG.trace("No keep-alive for {}", channel, e);
        }
    }

    @Override
    public void end() {
        closed = true;
        channel.close();
    }

    @Override
    public void reset() {
        closed = true;
        if (!channel.isOpen()) {
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        if (channel.isRegistered()) {
            channel.close();
        } else {
            channel.unsafe().closeForcibly();
        }
    }
}
