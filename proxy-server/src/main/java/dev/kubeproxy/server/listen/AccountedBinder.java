package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Frontend;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;

/** A binder that has the budget know of each listening socket while it is open. */
record AccountedBinder(Binder binder, DescriptorBudget descriptors) implements Binder {

    @Override
    public ChannelFuture bind(EventLoop loop, Frontend frontend, RouteRef route) {
        ChannelFuture bound = binder.bind(loop, frontend, route);
        return bound.addListener(_ -> {
            if (bound.isSuccess()) {
                descriptors.acquire(1);
                bound.channel().closeFuture().addListener(_ -> descriptors.release(1));
            }
        });
    }

    @Override
    public void onPoolChanged(Channel listener) {
        binder.onPoolChanged(listener);
    }
}
