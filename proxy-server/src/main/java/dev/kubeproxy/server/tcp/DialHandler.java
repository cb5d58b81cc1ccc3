package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.Pick;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Step 2 of 3 on the TCP path, in the downstream pipeline until a backend answers: picks, dials, and after a failure
 * does so again with another backend (rule F1).
 *
 * <p>Reading is off meanwhile, so what the client sends waits in its socket (rule F5). A client that has sent its FIN is
 * the exception: Netty then reads all there is, and it waits here.
 */
final class DialHandler extends ChannelInboundHandlerAdapter implements ChannelFutureListener {

    private final TcpConnection connection;
    private final Dialer dialer;
    private final Queue<ByteBuf> early = new ArrayDeque<>(0);
    private final List<Backend> failed = new ArrayList<>(0);
    private @Nullable ChannelFuture dial;
    private boolean clientFinished;

    DialHandler(TcpConnection connection, Dialer dialer) {
        this.connection = connection;
        this.dialer = dialer;
    }

    /** Whether an event loop took the channel; of one that none took, the pipeline hears nothing. */
    @Override
    public void operationComplete(ChannelFuture registered) {
        if (!registered.isSuccess()) {
            connection.reset(CloseReasons.of(registered.cause(), CloseReason.INTERNAL));
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        dial(ctx, 0);
    }

    private void dial(ChannelHandlerContext ctx, int attempt) {
        switch (connection.route().picker(connection.client()).pick(connection.client(), failed)) {
            case Pick.Refused(CloseReason reason) -> connection.reset(reason);
            case Pick.Chosen(Backend backend) -> {
                long start = dialer.nanos();
                ChannelFuture dialling = dialer.dial(connection, backend, attempt);
                dial = dialling;
                dialling.addListener(_ -> onDialled(ctx, dialling, backend, attempt, start));
            }
        }
    }

    private void onDialled(ChannelHandlerContext ctx, ChannelFuture dialled, Backend backend, int attempt, long start) {
        if (connection.isClosed()) {
            TcpConnection.abort(dialled.channel());
        } else if (dialled.isSuccess()) {
            connection.observer().onDial(backend, dialer.nanos() - start);
            onAnswer(ctx, dialled.channel(), backend, attempt);
        } else if (dialled.cause() instanceof ChannelException) {
            connection.reset(CloseReason.NO_DESCRIPTOR);
        } else {
            connection.observer().onDialFailure(backend, dialer.nanos() - start);
            tryAnother(ctx, backend, attempt);
        }
    }

    /** A backend may have left the Service while it was dialled: the client need not know (rule D9). */
    private void onAnswer(ChannelHandlerContext ctx, Channel upstream, Backend backend, int attempt) {
        if (connection.route().drain().current().keeps(backend)) {
            relay(ctx, upstream, backend);
        } else {
            upstream.pipeline().remove(RelayHandler.class); // its end is not the connection's
            TcpConnection.abort(upstream);
            tryAnother(ctx, backend, attempt);
        }
    }

    private void tryAnother(ChannelHandlerContext ctx, Backend backend, int attempt) {
        failed.add(backend);
        if (attempt + 1 < dialer.attempts()) {
            connection.observer().onDialRetry();
            dial(ctx, attempt + 1);
        } else {
            connection.reset(CloseReason.DIAL_FAILED);
        }
    }

    private void relay(ChannelHandlerContext ctx, Channel upstream, Backend backend) {
        connection.connected(upstream, backend);
        ctx.pipeline().addLast(dialer.toBackend(connection, upstream));
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            ctx.fireChannelRead(data);
        }
        ctx.fireChannelReadComplete();
        if (clientFinished) {
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        ctx.pipeline().remove(this);
        ctx.channel().config().setAutoRead(upstream.isWritable());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        early.add((ByteBuf) msg);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        clientFinished |= event == ChannelInputShutdownEvent.INSTANCE;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        connection.reset(CloseReason.CLIENT_GONE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        connection.reset(CloseReasons.of(cause, CloseReason.CLIENT_GONE));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (dial != null) {
            dial.cancel(false); // the client left first; without effect on a dial that is done
        }
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }
}
