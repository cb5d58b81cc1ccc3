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
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
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

    @Test
    void aSocketThatIsClosedAlreadyDoesNotKeepTheOthersOfItsPortFromBeingLookedAfter() {
        EmbeddedChannel downstream = new ChannelWithAddresses();
        EstablishedConnections established = new EstablishedConnections(downstream.eventLoop());
        Route route = route();
        TcpConnection before = connection(route, downstream, established, new EmbeddedChannel());
        connection(route, downstream, established, new ClosedSocket());
        TcpConnection after = connection(route, downstream, established, new EmbeddedChannel());
        downstream.advanceTimeBy(15, TimeUnit.SECONDS);
        downstream.runScheduledPendingTasks();
        assertThat(after.keepAlive()).as("done by the sweep").isFalse();
        assertThat(before.keepAlive()).as("done by the sweep").isFalse();
    }

    private static TcpConnection connection(EmbeddedChannel downstream, EstablishedConnections established) {
        return connection(route(), downstream, established, new EmbeddedChannel());
    }

    private static TcpConnection connection(
            Route route, EmbeddedChannel downstream, EstablishedConnections established, Channel upstream) {
        TcpConnection connection = new TcpConnection(Transport.EPOLL, route, downstream, established, () -> {});
        connection.connected(upstream, Backend.of(Addresses.parse("127.0.0.2"), 80));
        return connection;
    }

    /** To a port of its own. */
    private static Route route() {
        ServicePortName name = new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP);
        return Routes.to(name, new PoolRef(0, System::nanoTime), ServicePortObserver.NOOP);
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

    /** Its options cannot be set any more. */
    private static final class ClosedSocket extends EmbeddedChannel {

        @Override
        public ChannelConfig config() {
            return new DefaultChannelConfig(this) {
                @Override
                public <T> boolean setOption(ChannelOption<T> option, T value) {
                    throw new ChannelException("Bad file descriptor");
                }
            };
        }
    }
}
