package dev.kubeproxy.control.health;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Of a listening socket: accepting pauses where it fails, as for want of descriptors; at any other fault the socket is
 * closed. Confined to its event loop.
 */
final class AcceptFaults extends ChannelInboundHandlerAdapter {

    static final long PAUSE_MILLIS = 500;

    private static final Logger LOG = LogManager.getLogger();

    private final Consumer<Throwable> onClosed;
    private Throwable last = new ClosedChannelException();
    private boolean failing;

    /** @param onClosed told why, once the socket is closed, by whomever; on the event loop */
    AcceptFaults(Consumer<Throwable> onClosed) {
        this.onClosed = onClosed;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().closeFuture().addListener(_ -> onClosed.accept(last));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        failing = false;
        context.fireChannelRead(accepted);
    }

    /** Netty's own would log a stack trace at each try. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        last = cause;
        if (cause instanceof IOException) {
            pause(context, cause);
        } else {
            context.close();
        }
    }

    private void pause(ChannelHandlerContext context, Throwable cause) {
        if (!failing) {
            LOG.warn("Accepting on {} pauses: {}", context.channel().localAddress(), cause.toString());
        }
        failing = true;
        context.channel().config().setAutoRead(false);
        context.executor()
                .schedule(() -> context.channel().config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
