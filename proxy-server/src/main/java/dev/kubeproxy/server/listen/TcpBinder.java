package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.tcp.TcpProxy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;

/** TCP's listeners. A swap of the pool is none of their business: connections keep what they picked (rule D9). */
public record TcpBinder(TcpProxy tcp) implements Binder {

    @Override
    public ChannelFuture bind(EventLoop loop, Frontend frontend, RouteRef route) {
        return tcp.bind(loop, frontend, route);
    }

    @Override
    public void onPoolChanged(Channel listener) {}
}
