package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.udp.UdpProxy;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/** A socket for each UDP frontend. Sessions of backends that left the pool move at once (rule G4). */
record UdpBinder(UdpProxy udp) implements Binder {

    @Override
    public Future<Binding> bind(EventLoop loop, Frontend frontend, RouteRef route) {
        return SocketBinding.of(udp.bind(loop, frontend, route), udp::onPoolChanged);
    }
}
