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
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EstablishedConnectionsTest {

    @Test
    void onlyConnectionsThatLastHaveTheKernelLookAfterTheirBackend() {
        EmbeddedChannel downstream = new ChannelWithAddresses();
        EstablishedConnections established = new EstablishedConnections(downstream.eventLoop());
        TcpConnection lasting = connection(downstream, established);
        downstream.advanceTimeBy(14, TimeUnit.SECONDS);
        TcpConnection other = connection(downstream, established);
        assertThat(other.keepAlive()).as("not yet").isTrue();
        downstream.advanceTimeBy(1, TimeUnit.SECONDS);
        downstream.runScheduledPendingTasks();
        assertThat(lasting.keepAlive()).as("done by the sweep").isFalse();
    }

    private static TcpConnection connection(EmbeddedChannel downstream, EstablishedConnections established) {
        ServicePortName name = new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP);
        Route route = Routes.to(name, new PoolRef(0, System::nanoTime), ServicePortObserver.NOOP);
        TcpConnection connection = new TcpConnection(Transport.NIO, route, downstream, established, () -> {});
        connection.connected(new EmbeddedChannel(), Backend.of(Addresses.parse("127.0.0.2"), 80));
        return connection;
    }

    /** Netty's has addresses that are no sockets'. */
    private static final class ChannelWithAddresses extends EmbeddedChannel {

        @Override
        protected SocketAddress localAddress0() {
            return new InetSocketAddress(Addresses.parse("10.96.0.10"), 80);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(Addresses.parse("10.244.1.7"), 40_000);
        }
    }
}
