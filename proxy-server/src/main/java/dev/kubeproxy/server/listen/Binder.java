package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Frontend;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/** One way to have the clients of a frontend come in. Thread-safe. */
interface Binder {

    /**
     * Opens the frontend; clients go where the route says at that moment. The future completes on any thread.
     *
     * @param loop runs the frontend's socket where it has one of its own
     */
    Future<Binding> bind(EventLoop loop, Frontend frontend, RouteRef route);
}
