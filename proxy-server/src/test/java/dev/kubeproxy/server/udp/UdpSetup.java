package dev.kubeproxy.server.udp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.RouteRef;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.testing.FakeTicker;
import dev.kubeproxy.server.testing.RecordingObserver;
import dev.kubeproxy.server.testing.Routes;
import dev.kubeproxy.server.testing.UdpClient;
import dev.kubeproxy.server.testing.UdpEchoServer;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A UDP proxy on one event loop with its backends, clients and listeners, all of which it closes. */
final class UdpSetup implements AutoCloseable {

    static final Duration EXCHANGE = Duration.ofSeconds(30);
    static final Duration STREAM = Duration.ofMinutes(2);
    static final UdpLimits ROOMY = new UdpLimits(EXCHANGE, STREAM, 10_000, 10_000);

    static final String IGNORED = "no answer, please";

    final FakeTicker ticker = new FakeTicker();
    final RecordingObserver observer = new RecordingObserver();
    final PoolRef pool = new PoolRef(0, ticker);
    final RouteRef route = new RouteRef(
            Routes.to(new ServicePortName(new ServiceName("ns", "echo"), "", Protocol.UDP), pool, observer));
    final DescriptorBudget descriptors;
    final UdpProxy proxy;

    private final EventLoopGroup loops;
    final OwnFrontends own = new OwnFrontends();
    private final List<Runnable> owned = new ArrayList<>();

    UdpSetup() {
        this(Transport.best(), ROOMY, 10_000);
    }

    UdpSetup(UdpLimits limits) {
        this(Transport.best(), limits, 10_000);
    }

    UdpSetup(Transport transport, UdpLimits limits, int descriptors) {
        this.loops = transport.eventLoops(1);
        this.descriptors = new DescriptorBudget(descriptors, DescriptorBudget.Episodes.NONE);
        this.proxy = new UdpProxy(transport, loops, limits, this.descriptors, own, ticker);
    }

    /** A listener on a free port of the address. */
    Channel listen(String address) {
        return bind(new Frontend(Addresses.parse(address), freePort(Addresses.parse(address)), Protocol.UDP));
    }

    EventLoop loop() {
        return loops.next();
    }

    Channel bind(Frontend frontend) {
        Channel listener =
                proxy.bind(loop(), frontend, route).syncUninterruptibly().channel();
        owned.add(() -> listener.close().syncUninterruptibly());
        return listener;
    }

    UdpClient client(Channel listener) {
        UdpClient client = UdpClient.of((InetSocketAddress) listener.localAddress());
        owned.add(client::close);
        return client;
    }

    /** A backend that sends back what it gets. */
    UdpEchoServer echo(String address) {
        UdpEchoServer server = UdpEchoServer.on(address);
        owned.add(server::close);
        return server;
    }

    /** A backend that answers with its own address. */
    UdpEchoServer named(String address) {
        byte[] name = address.getBytes(UTF_8);
        UdpEchoServer server = UdpEchoServer.on(address, 0, _ -> List.of(name));
        owned.add(server::close);
        return server;
    }

    /** A backend that sends back all but {@link #IGNORED}. */
    UdpEchoServer moody(String address) {
        byte[] ignored = IGNORED.getBytes(UTF_8);
        UdpEchoServer server =
                UdpEchoServer.on(address, 0, payload -> Arrays.equals(payload, ignored) ? List.of() : List.of(payload));
        owned.add(server::close);
        return server;
    }

    void publish(Backend... backends) {
        pool.publish(new BackendPool(List.of(backends), Affinity.NONE));
    }

    /** A backend where nobody is. */
    static Backend nobody(String address) {
        InetAddress parsed = Addresses.parse(address);
        return Backend.of(parsed, freePort(parsed));
    }

    @Override
    public void close() {
        for (Runnable close : owned.reversed()) {
            close.run();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    static int freePort(InetAddress address) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on " + address, e);
        }
    }
}
