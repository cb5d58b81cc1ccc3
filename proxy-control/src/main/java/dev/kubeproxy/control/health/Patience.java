package dev.kubeproxy.control.health;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which something takes too long in all: Netty's own handlers are content with a byte now and then.
 * Confined to its event loop.
 */
final class Patience extends ChannelInboundHandlerAdapter {

    private final Channel client;
    private final Limits limits;
    private boolean idle;
    private @Nullable Future<?> end;

    Patience(Channel client, Limits limits) {
        this.client = client;
        this.limits = limits;
    }

    /** From here on a request may come. */
    void onIdle() {
        idle = true;
        limits.clients().onIdle(client);
        limit(limits.idle());
    }

    /** All of a request has come. Until then its client makes room for others: a byte now and then asks nothing. */
    void onAsked() {
        idle = false;
        limits.clients().onBusy(client);
        limit(limits.answer());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (idle) {
            idle = false;
            limit(limits.request());
        }
        context.fireChannelRead(bytes);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }

    private void limit(Duration most) {
        cancel();
        end = client.eventLoop().schedule(() -> client.close(), most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancel() {
        if (end != null) {
            end.cancel(false);
        }
    }
}
