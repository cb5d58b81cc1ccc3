package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.bpf.SocketLookup;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.tcp.TcpProxy;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The listening sockets of one family that take the connections of all steered frontends: one on each event loop, which
 * also runs what it accepts, together a SO_REUSEPORT group that the kernel spreads connections over. They are bound to a
 * port of the loopback address that the kernel chooses; who dials that port itself is reset.
 */
record SharedListeners(
        IpFamily family,
        TcpProxy tcp,
        Function<InetSocketAddress, @Nullable RouteRef> routes,
        DescriptorBudget descriptors) {

    /** Opens them all; complete once the kernel steers to them. If one fails, none stays open. */
    CompletableFuture<Void> open(EventLoopGroup loops, SocketLookup lookup) {
        Iterator<EventExecutor> rest = loops.iterator();
        List<CompletableFuture<Channel>> group = new ArrayList<>();
        group.add(listen((EventLoop) rest.next(), new InetSocketAddress(family.loopback(), 0)));
        return group.getFirst()
                .thenCompose(first -> {
                    while (rest.hasNext()) {
                        group.add(listen((EventLoop) rest.next(), (InetSocketAddress) first.localAddress()));
                    }
                    return CompletableFuture.allOf(group.toArray(CompletableFuture[]::new))
                            .thenRun(() -> steerTo(first, lookup));
                })
                .whenComplete((_, fault) -> {
                    if (fault != null) {
                        group.forEach(one -> one.thenAccept(Channel::close));
                    }
                });
    }

    private CompletableFuture<Channel> listen(EventLoop loop, InetSocketAddress address) {
        CompletableFuture<Channel> listening = new CompletableFuture<>();
        ChannelFuture bound = tcp.listen(loop, address, routes);
        bound.addListener(_ -> {
            if (bound.isSuccess()) {
                descriptors.acquire(1);
                bound.channel().closeFuture().addListener(_ -> descriptors.release(1));
                listening.complete(bound.channel());
            } else {
                listening.completeExceptionally(bound.cause());
            }
        });
        return listening;
    }

    private void steerTo(Channel listener, SocketLookup lookup) {
        try {
            lookup.listen(family, Transport.descriptor(listener));
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
