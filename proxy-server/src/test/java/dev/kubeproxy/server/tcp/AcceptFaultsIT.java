package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.RecordingObserver;
import dev.kubeproxy.server.testing.Routes;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import dev.kubeproxy.server.transport.StreamSockets;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection that cannot be made is reset, and nothing is kept for it. */
class AcceptFaultsIT {

    private final Transport transport = Transport.best();
    private final EventLoopGroup loops = transport.eventLoops(1);
    private final DescriptorBudget descriptors = new DescriptorBudget(100, DescriptorBudget.Episodes.NONE);
    private final TcpServer backend = TcpServer.naming("one");
    private final Frontend frontend = TestProxy.tcpFrontend();

    @AfterEach
    void close() {
        end(loops);
        backend.close();
    }

    @Test
    void aFaultCostsOneConnectionOnly() throws IOException {
        TcpProxy tcp = proxy(loops);
        Channel listener = listen(tcp, new FaultyOnce());
        assertThatThrownBy(() -> TcpClient.ask(frontend.socketAddress())).isInstanceOf(SocketException.class);
        assertThat(loops.submit(() -> listener.config().isAutoRead())
                        .syncUninterruptibly()
                        .getNow())
                .as("accepting goes on")
                .isTrue();
        assertThat(TcpClient.ask(frontend.socketAddress())).isEqualTo("one");
        assertNothingIsKept(tcp);
    }

    @Test
    void aConnectionThatNoEventLoopTakesIsReset() {
        EventLoopGroup forNoSockets = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
        try {
            TcpProxy tcp = proxy(forNoSockets);
            RecordingObserver observer = new RecordingObserver();
            listen(tcp, observer);
            assertThatThrownBy(() -> TcpClient.ask(frontend.socketAddress())).isInstanceOf(SocketException.class);
            assertNothingIsKept(tcp);
            assertThat(observer.closed()).containsExactly(CloseReason.INTERNAL);
        } finally {
            end(forNoSockets);
        }
    }

    private void assertNothingIsKept(TcpProxy tcp) {
        Await.until("all have left", () -> tcp.connections() == 0);
        Await.until("descriptors are free", () -> descriptors.used() == 0);
        assertThat(tcp.inUse(frontend.address())).isFalse();
    }

    private TcpProxy proxy(EventLoopGroup connections) {
        StreamSockets sockets = new StreamSockets(transport, descriptors, StreamSockets.BULK);
        return new TcpProxy(
                transport,
                connections,
                TestProxy.quickDials(),
                descriptors,
                sockets,
                new OwnFrontends(),
                Ticker.SYSTEM);
    }

    private Channel listen(TcpProxy tcp, ServicePortObserver observer) {
        PoolRef pool = new PoolRef(0, Ticker.SYSTEM);
        pool.publish(new BackendPool(List.of(backend.backend()), Affinity.NONE));
        RouteRef route = new RouteRef(Routes.to(TestProxy.portName("web", Protocol.TCP), pool, observer));
        return tcp.bind(loops.next(), frontend, route).syncUninterruptibly().channel();
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class FaultyOnce implements ServicePortObserver {

        private final AtomicBoolean faulty = new AtomicBoolean(true);

        @Override
        public ServicePortObserver connection(InetSocketAddress client, InetSocketAddress address) {
            if (faulty.getAndSet(false)) {
                throw new IllegalStateException("a fault");
            }
            return this;
        }
    }
}
