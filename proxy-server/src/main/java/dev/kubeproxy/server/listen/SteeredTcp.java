package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.tcp.TcpProxy;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * TCP frontends without a socket of their own: each is an entry in the kernel's socket lookup, which steers its
 * connections to {@link SharedListeners}. They arrive with the frontend as their local address.
 */
final class SteeredTcp implements Binder {

    private final Steering steering;
    private final Map<InetSocketAddress, RouteRef> routes = new ConcurrentHashMap<>();
    private final Function<IpFamily, CompletableFuture<Void>> listen;
    private final Map<IpFamily, CompletableFuture<Void>> listening = new ConcurrentHashMap<>();

    SteeredTcp(TcpProxy tcp, EventLoopGroup loops, Steering steering, DescriptorBudget descriptors) {
        this.steering = steering;
        this.listen =
                family -> new SharedListeners(family, tcp, routes::get, descriptors).open(loops, steering.lookup());
    }

    @Override
    public Future<Binding> bind(EventLoop loop, Frontend frontend, RouteRef route) {
        Promise<Binding> binding = ImmediateEventExecutor.INSTANCE.newPromise();
        listening(IpFamily.of(frontend.address()))
                .whenCompleteAsync((_, fault) -> steer(frontend, route, fault, binding), steering.thread());
        return binding;
    }

    /** Opened for the first frontend of a family, and anew after a failure. */
    private CompletableFuture<Void> listening(IpFamily family) {
        return listening.compute(
                family, (_, now) -> now == null || now.isCompletedExceptionally() ? listen.apply(family) : now);
    }

    private void steer(Frontend frontend, RouteRef route, @Nullable Throwable fault, Promise<Binding> binding) {
        if (fault != null) {
            binding.setFailure(fault instanceof CompletionException e && e.getCause() != null ? e.getCause() : fault);
            return;
        }
        routes.put(frontend.socketAddress(), route);
        try {
            steering.lookup().steer(frontend);
            binding.setSuccess(new Entry(frontend));
        } catch (IOException | RuntimeException e) {
            routes.remove(frontend.socketAddress());
            binding.setFailure(e);
        }
    }

    /** One frontend's entry. */
    private final class Entry implements Binding {

        private final Frontend frontend;
        private final Promise<Void> closed = ImmediateEventExecutor.INSTANCE.newPromise();

        Entry(Frontend frontend) {
            this.frontend = frontend;
        }

        /** Connections keep what they picked while their {@link dev.kubeproxy.server.model.Drain} says so (rule D9). */
        @Override
        public void onPoolChanged() {}

        /** New connections are refused first; those that wait to be accepted find no route and are reset. */
        @Override
        public void close() {
            steering.thread().execute(() -> {
                steering.unsteer(frontend);
                routes.remove(frontend.socketAddress());
                closed.trySuccess(null);
            });
        }

        @Override
        public Future<?> closed() {
            return closed;
        }
    }
}
