package dev.kubeproxy.server.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.function.Consumer;

/**
 * A frontend with a socket of its own.
 *
 * @param poolChanged told of the socket when its pool changed
 */
record SocketBinding(Channel socket, Consumer<Channel> poolChanged) implements Binding {

    /** The binding of a socket that is being bound. */
    static Future<Binding> of(ChannelFuture bound, Consumer<Channel> poolChanged) {
        Promise<Binding> binding = ImmediateEventExecutor.INSTANCE.newPromise();
        bound.addListener(_ -> {
            if (bound.isSuccess()) {
                binding.setSuccess(new SocketBinding(bound.channel(), poolChanged));
            } else {
                binding.setFailure(bound.cause());
            }
        });
        return binding;
    }

    @Override
    public void onPoolChanged() {
        poolChanged.accept(socket);
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public Future<?> closed() {
        return socket.closeFuture();
    }
}
