package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ListenerStatus.State;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One frontend, from the first attempt to open it until it is closed. A failed attempt concerns this frontend only and
 * is made again with back-off (rules H3, H9). Its state is confined to one event loop.
 */
final class Listener {

    private static final Logger LOG = LogManager.getLogger();
    private static final long FIRST_RETRY_MILLIS = 50;
    private static final long LAST_RETRY_MILLIS = 2_000;

    private final Frontend frontend;
    private final Binder binder;
    private final EventLoop loop;
    private final StatusBoard board;
    private final RouteRef route;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private @Nullable Binding binding;
    private int attempts;
    private boolean opening;
    private boolean closing;

    Listener(Frontend frontend, Binder binder, EventLoop loop, Route route, StatusBoard board) {
        this.frontend = frontend;
        this.binder = binder;
        this.loop = loop;
        this.board = board;
        this.route = new RouteRef(route);
    }

    /** Starts to open it; complete when the first attempt has succeeded or failed. */
    CompletionStage<Void> open() {
        loop.execute(this::bind);
        return settled;
    }

    /** True where this is how the frontend is opened. */
    boolean opensWith(Binder other) {
        return binder.equals(other);
    }

    Route route() {
        return route.current();
    }

    /** Sends new clients elsewhere without closing it. */
    void publish(Route next) {
        route.publish(next);
        loop.execute(() -> {
            if (binding != null) {
                report(new State.Bound());
                binding.onPoolChanged();
            }
        });
    }

    void onPoolChanged() {
        loop.execute(() -> {
            if (binding != null) {
                binding.onPoolChanged();
            }
        });
    }

    /** Closes it for good; complete when the port is free. */
    CompletionStage<Void> close() {
        loop.execute(() -> {
            closing = true;
            if (binding != null) {
                binding.close();
            } else if (!opening) {
                onClosed();
            }
        });
        return closed;
    }

    private void bind() {
        if (closing) {
            return;
        }
        attempts++;
        opening = true;
        Future<Binding> bound = binder.bind(loop, frontend, route);
        bound.addListener(_ -> onLoop(() -> onBound(bound)));
    }

    private void onBound(Future<Binding> bound) {
        opening = false;
        if (bound.isSuccess()) {
            binding = bound.getNow();
            binding.closed().addListener(_ -> onLoop(this::onClosed));
            report(new State.Bound());
        } else {
            report(new State.Failed(BindFailure.reason(bound.cause()), attempts));
        }
        settled.complete(null);
        if (closing) {
            close();
        } else if (binding == null) {
            bindLater();
        }
    }

    private void bindLater() {
        long delay = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(attempts, 10));
        loop.schedule(this::bind, delay, TimeUnit.MILLISECONDS);
    }

    /** Nothing is left to do once the loops end. */
    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else if (!loop.isShuttingDown()) {
            loop.execute(task);
        }
    }

    private void onClosed() {
        binding = null;
        board.remove(frontend);
        if (closing) {
            settled.complete(null);
            closed.complete(null);
        } else if (!loop.isShuttingDown()) {
            LOG.error("{} was closed; opening it again: this is a bug", frontend);
            bindLater();
        }
    }

    private void report(State state) {
        if (!closing) {
            board.put(new ListenerStatus(frontend, route.current().name(), state));
        }
    }
}
