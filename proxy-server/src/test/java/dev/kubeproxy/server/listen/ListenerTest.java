package dev.kubeproxy.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.FakeTicker;
import dev.kubeproxy.server.testing.Routes;
import dev.kubeproxy.server.testing.TestProxy;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ListenerTest {

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final Sockets sockets = new Sockets();
    private final Listener listener = new Listener(
            new Frontend(Addresses.parse("10.96.0.10"), 80, Protocol.TCP),
            sockets,
            clock.eventLoop(),
            Routes.to(
                    TestProxy.portName("web", Protocol.TCP),
                    new PoolRef(0, new FakeTicker()),
                    ServicePortObserver.NOOP),
            new StatusBoard(ProxyObserver.NOOP));

    ListenerTest() {
        clock.freezeTime();
        listener.open();
        clock.runPendingTasks();
    }

    @Test
    void aSocketThatDiesIsOpenedAgainLaterEachTime() {
        sockets.lastDies();
        advance(99);
        assertThat(sockets.opened).hasSize(1);
        advance(1);
        assertThat(sockets.opened).hasSize(2);
        sockets.lastDies();
        advance(199);
        assertThat(sockets.opened).hasSize(2);
        advance(1);
        assertThat(sockets.opened).hasSize(3);
    }

    @Test
    void aSocketThatKeepsDyingIsOpenedAgainEveryTwoSeconds() {
        for (int deaths = 0; deaths < 20; deaths++) {
            sockets.lastDies();
            advance(2_000);
        }
        assertThat(sockets.opened).hasSize(21);
    }

    @Test
    void whoIsClosedMeanwhileIsNotOpenedAgain() {
        sockets.lastDies();
        var closed = listener.close().toCompletableFuture();
        clock.runPendingTasks();
        assertThat(closed).isCompleted();
        advance(2_000);
        assertThat(sockets.opened).hasSize(1);
    }

    private void advance(long millis) {
        clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        clock.runPendingTasks();
    }

    /** Sockets that end when they are told to. */
    private static final class Sockets implements Binder {

        private final List<Socket> opened = new ArrayList<>();

        @Override
        public Future<Binding> bind(EventLoop loop, Frontend frontend, RouteRef route) {
            Socket socket = new Socket(ImmediateEventExecutor.INSTANCE.newPromise());
            opened.add(socket);
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(socket);
        }

        void lastDies() {
            opened.getLast().close();
        }
    }

    private record Socket(Promise<Void> closed) implements Binding {

        @Override
        public void onPoolChanged() {}

        @Override
        public void close() {
            closed.trySuccess(null);
        }
    }
}
