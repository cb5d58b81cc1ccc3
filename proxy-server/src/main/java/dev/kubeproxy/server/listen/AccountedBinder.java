package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Frontend;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/** A binder that has the budget know of each frontend's socket while it is open. */
record AccountedBinder(Binder binder, DescriptorBudget descriptors) implements Binder {

    @Override
    public Future<Binding> bind(EventLoop loop, Frontend frontend, RouteRef route) {
        Future<Binding> bound = binder.bind(loop, frontend, route);
        return bound.addListener(_ -> {
            if (bound.isSuccess()) {
                descriptors.acquire(1);
                bound.getNow().closed().addListener(_ -> descriptors.release(1));
            }
        });
    }
}
