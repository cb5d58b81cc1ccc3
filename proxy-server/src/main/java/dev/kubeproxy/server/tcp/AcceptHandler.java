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
import org.jspecify.annotations.Nullable;

/**
 * Step 1 of 3 on the TCP path, in the pipeline of a listener: takes the descriptors of each connection from the budget,
 * hands it on, and stops accepting while there are none (rule F4). Clients then wait in the kernel's backlog. Where the
 * process runs out all the same, accepting pauses for a while.
 *
 * <p>With epoll the budget is asked before a connection is accepted. Netty's other transports accept first: each of their
 * listeners may take one connection too many, for which the budget leaves a reserve.
 */
final class AcceptHandler extends ChannelInboundHandlerAdapter {

    /** What a connection holds: its downstream and its upstream socket. */
    static final int DESCRIPTORS = 2;

    private static final long PAUSE_MILLIS = 500;
    private static final Logger LOG = LogManager.getLogger();

    private final DescriptorBudget descriptors;
    private final StreamSockets sockets;
    private final Consumer<StreamSocket> onAccepted;
    private @Nullable Runnable acceptor;
    private boolean waiting;

    AcceptHandler(DescriptorBudget descriptors, StreamSockets sockets, Consumer<StreamSocket> onAccepted) {
        this.descriptors = descriptors;
        this.sockets = sockets;
        this.onAccepted = onAccepted;
    }

    @Override
    public void channelRegistered(ChannelHandlerContext ctx) {
        acceptor = sockets.acceptOn(ctx.channel(), new StreamSockets.Admission() {

            @Override
            public boolean admit() {
                boolean admitted = descriptors.tryAcquire(DESCRIPTORS);
                if (!admitted) {
                    await(ctx);
                }
                return admitted;
            }

            @Override
            public void nobodyCame() {
                descriptors.release(DESCRIPTORS);
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        if (acceptor == null) {
            descriptors.acquire(DESCRIPTORS);
            if (!descriptors.available(DESCRIPTORS)) {
                await(ctx);
            }
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

    private void await(ChannelHandlerContext ctx) {
        waiting = true;
        ctx.channel().config().setAutoRead(false);
        descriptors.onAvailable(DESCRIPTORS, () -> ctx.executor().execute(() -> onTurn(ctx)));
    }

    /** There is room: for this listener's next client, or, where it has none, for who waits behind it. */
    private void onTurn(ChannelHandlerContext ctx) {
        waiting = false;
        if (ctx.channel().isOpen()) {
            resume(ctx);
        } else {
            descriptors.passTurn();
        }
    }

    /** On the event loop, where alone what the kernel watches changes together with the setting. */
    private void resume(ChannelHandlerContext ctx) {
        if (waiting) {
            return;
        }
        ctx.channel().config().setAutoRead(true);
        if (acceptor != null) {
            acceptor.run();
        }
    }
}
