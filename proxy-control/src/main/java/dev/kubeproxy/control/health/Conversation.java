package dev.kubeproxy.control.health;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * One client's requests, answered in their order and each on a thread of its own. The client is read again when none waits:
 * one that asks without taking answers fills its own buffers, not ours. Confined to its event loop.
 */
final class Conversation extends SimpleChannelInboundHandler<Asked> {

    private final Answers answers;
    private final Executor requests;
    private final Patience patience;
    private final Queue<Asked> waiting = new ArrayDeque<>(1); // those of one read at most
    private boolean answering;

    Conversation(Answers answers, Executor requests, Patience patience) {
        this.answers = answers;
        this.requests = requests;
        this.patience = patience;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        next(context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Asked asked) {
        waiting.add(asked);
        if (!answering) {
            next(context);
        }
    }

    /** The rest of a request is still to come. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!answering) {
            context.read();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        answers.onLost(cause);
        context.close();
    }

    private void next(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            return;
        }
        Asked asked = waiting.poll();
        answering = asked != null;
        if (asked == null) {
            patience.onIdle();
            context.read();
        } else {
            patience.onAsked();
            answer(context, asked);
        }
    }

    private void answer(ChannelHandlerContext context, Asked asked) {
        ChannelPromise sent = context.newPromise();
        sent.addListener(_ -> {
            if (sent.isSuccess()) {
                // Later, for the connection may be about to be closed: then nothing more is answered.
                context.executor().execute(() -> next(context));
            } else {
                exceptionCaught(context, sent.cause());
            }
        });
        requests.execute(() -> answers.answer(asked, context.channel(), sent));
    }
}
