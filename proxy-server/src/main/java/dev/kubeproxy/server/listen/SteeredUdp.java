package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.transport.Transport;
import dev.kubeproxy.server.udp.UdpProxy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;

/**
 * A socket for each UDP frontend, bound to it so that answers have it as their source, and an entry in the kernel's
 * socket lookup that names it. The socket may share its address with that of another instance of this program.
 */
record SteeredUdp(UdpProxy udp, Steering steering) implements Binder {

    @Override
    public Future<Binding> bind(EventLoop loop, Frontend frontend, RouteRef route) {
        Promise<Binding> binding = ImmediateEventExecutor.INSTANCE.newPromise();
        ChannelFuture bound = udp.bindShared(loop, frontend, route);
        bound.addListener(_ -> {
            if (bound.isSuccess()) {
                steering.thread().execute(() -> steer(frontend, bound.channel(), binding));
            } else {
                binding.setFailure(bound.cause());
            }
        });
        return binding;
    }

    private void steer(Frontend frontend, Channel socket, Promise<Binding> binding) {
        try {
            steering.lookup().steer(frontend, () -> Transport.descriptor(socket));
            // Comes before whoever waits for the binding's end, and so before the frontend's next entry.
            socket.closeFuture().addListener(_ -> steering.thread().execute(() -> steering.unsteer(frontend)));
            binding.setSuccess(new SocketBinding(socket, udp::onPoolChanged));
        } catch (IOException | RuntimeException e) {
            socket.close();
            binding.setFailure(e);
        }
    }
}
