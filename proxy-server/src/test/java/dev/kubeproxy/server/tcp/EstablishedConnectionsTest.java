package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.Routes;
import dev.kubeproxy.server.transport.StreamSocket;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EstablishedConnectionsTest {

    private final EmbeddedChannel time = new EmbeddedChannel();
    private final EstablishedConnections established = new EstablishedConnections(time.eventLoop());

    @Test
    void onlyConnectionsThatLastHaveTheKernelLookAfterTheirBackend() {
        FakeSocket lasting = connection();
        time.advanceTimeBy(14, TimeUnit.SECONDS);
        FakeSocket other = connection();
        time.runScheduledPendingTasks();
        assertThat(lasting.keptAlive).as("not yet").isZero();
        time.advanceTimeBy(1, TimeUnit.SECONDS);
        time.runScheduledPendingTasks();
        assertThat(lasting.keptAlive).isEqualTo(1);
        assertThat(other.keptAlive).as("by the same sweep").isEqualTo(1);
        time.advanceTimeBy(15, TimeUnit.SECONDS);
        time.runScheduledPendingTasks();
        assertThat(lasting.keptAlive).as("once is enough").isEqualTo(1);
    }

    /** One to a port of its own; returns its upstream. */
    private FakeSocket connection() {
        ServicePortName name = new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP);
        Route route = Routes.to(name, new PoolRef(0, System::nanoTime), ServicePortObserver.NOOP);
        var accepted = new TcpConnection.Accepted(
                new FakeSocket(),
                new InetSocketAddress(Addresses.parse("10.244.1.7"), 40_000),
                new InetSocketAddress(Addresses.parse("10.96.0.10"), 80));
        TcpConnection connection = new TcpConnection(accepted, route, time.eventLoop(), established, () -> {});
        FakeSocket upstream = new FakeSocket();
        connection.dialling(upstream);
        connection.relay(Backend.of(Addresses.parse("127.0.0.2"), 80));
        return upstream;
    }

    private static final class FakeSocket implements StreamSocket {

        private int keptAlive;

        @Override
        public InetSocketAddress remoteAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public InetSocketAddress localAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void open(EventLoop loop, Events events) {}

        @Override
        public void relayTo(StreamSocket sink, Events told) {}

        @Override
        public boolean shutdownOutput() {
            return true;
        }

        @Override
        public void keepAlive() {
            keptAlive++;
        }

        @Override
        public void end() {}

        @Override
        public void reset() {}
    }
}
