package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Frontend;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;

/** The part of TCP or UDP that listeners need. Thread-safe. */
public interface Binder {

    /** Opens a socket on the frontend, run by the loop; clients go where the route says at that moment. */
    ChannelFuture bind(EventLoop loop, Frontend frontend, RouteRef route);

    /** The pool behind a socket that {@link #bind} opened changed, or its route did. */
    void onPoolChanged(Channel listener);
}
