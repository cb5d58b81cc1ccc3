package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.tcp.TcpProxy;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/**
 * A listening socket for each TCP frontend. A swap of the pool is none of its business: connections keep what they
 * picked while their {@link dev.kubeproxy.server.model.Drain} says so (rule D9).
 */
record TcpBinder(TcpProxy tcp) implements Binder {

    @Override
    public Future<Binding> bind(EventLoop loop, Frontend frontend, RouteRef route) {
        return SocketBinding.of(tcp.bind(loop, frontend, route), _ -> {});
    }
}
