package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.transport.StreamSocket;
import dev.kubeproxy.server.transport.StreamSockets;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Step 1 of 3 on the TCP path, in the pipeline of a listener: takes the descriptors of each accepted connection from the
 * budget, hands it on, and stops accepting while there are none (rule F4). Clients then wait in the kernel's backlog.
 *
 * <p>The connection at hand is kept even when that empties the budget: it is accepted already, and the budget leaves a
 * reserve. Where the process runs out all the same, accepting pauses for a while.
 */
final class AcceptHandler extends ChannelInboundHandlerAdapter {

    /** What a connection holds: its downstream and its upstream socket. */
    static final int DESCRIPTORS = 2;

    private static final long PAUSE_MILLIS = 500;
    private static final Logger LOG = LogManager.getLogger();

    private final DescriptorBudget descriptors;
    private final StreamSockets sockets;
    private final Consumer<StreamSocket> onAccepted;

    AcceptHandler(DescriptorBudget descriptors, StreamSockets sockets, Consumer<StreamSocket> onAccepted) {
        this.descriptors = descriptors;
        this.sockets = sockets;
        this.onAccepted = onAccepted;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        sockets.acceptOn(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        descriptors.acquire(DESCRIPTORS);
        if (!descriptors.available(DESCRIPTORS)) {
            ctx.channel().config().setAutoRead(false);
            descriptors.onAvailable(DESCRIPTORS, () -> resume(ctx));
        }
        onAccepted.accept(sockets.accepted(accepted));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause.toString().contains("Too many open files")) {
            descriptors.onShortage();
        } else {
            LOG.warn("Accepting on {} pauses: {}", ctx.channel().localAddress(), cause.toString());
        }
        ctx.channel().config().setAutoRead(false);
        ctx.executor().schedule(() -> resume(ctx), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** On the event loop, where alone what the kernel watches changes together with the setting. */
    private static void resume(ChannelHandlerContext ctx) {
        ctx.executor().execute(() -> ctx.channel().config().setAutoRead(true));
    }
}
