package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Frontend;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.BindException;

/** A binder that takes each frontend's socket from the budget, and opens none where it would leave no room for clients. */
record AccountedBinder(Binder binder, DescriptorBudget descriptors) implements Binder {

    @Override
    public Future<Binding> bind(EventLoop loop, Frontend frontend, RouteRef route) {
        if (!descriptors.tryAcquireForListener()) {
            return loop.newFailedFuture(new BindException(
                    "listeners hold three quarters of the file descriptors; raise the limit (ulimit -n, LimitNOFILE)"));
        }
        Future<Binding> bound = binder.bind(loop, frontend, route);
        return bound.addListener(_ -> {
            if (bound.isSuccess()) {
                bound.getNow().closed().addListener(_ -> descriptors.releaseOfListener());
            } else {
                descriptors.releaseOfListener();
            }
        });
    }
}
