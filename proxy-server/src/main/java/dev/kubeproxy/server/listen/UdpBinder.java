package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.udp.UdpProxy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;

/** UDP's listeners. Sessions of backends that left the pool move at once (rule G4). */
public record UdpBinder(UdpProxy udp) implements Binder {

    @Override
    public ChannelFuture bind(EventLoop loop, Frontend frontend, RouteRef route) {
        return udp.bind(loop, frontend, route);
    }

    @Override
    public void onPoolChanged(Channel listener) {
        udp.onPoolChanged(listener);
    }
}
