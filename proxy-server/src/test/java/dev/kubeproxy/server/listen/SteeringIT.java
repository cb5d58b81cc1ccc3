package dev.kubeproxy.server.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.ProxyServer;
import dev.kubeproxy.server.ProxyServerConfig;
import dev.kubeproxy.server.ServiceCapture;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ListenerStatus.State;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Capable;
import dev.kubeproxy.server.testing.FreePort;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import dev.kubeproxy.server.testing.UdpClient;
import dev.kubeproxy.server.testing.UdpEchoServer;
import dev.kubeproxy.server.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Service addresses by the kernel's socket lookup: who answers where. Needs CAP_BPF and CAP_NET_ADMIN, or root. */
class SteeringIT {

    private static final InetAddress SERVICE = Addresses.parse("127.96.0.10");

    private final TcpServer backend = TcpServer.naming("backend");
    private ProxyServer server;
    private long revision;

    @BeforeEach
    void start() throws Exception {
        server = Capable.of(SteeringIT::newServer);
    }

    @AfterEach
    void close() {
        backend.close();
        if (server != null) {
            server.close();
        }
    }

    @Test
    @Rule("O8")
    void aHostProcessKeepsItsPortOnAllAddressesButTheServices() throws IOException {
        try (TcpServer daemon = TcpServer.naming("daemon", "0.0.0.0")) {
            Frontend frontend = new Frontend(SERVICE, daemon.port(), Protocol.TCP);
            serve(server, frontend);
            assertThat(TcpClient.ask(frontend.socketAddress())).isEqualTo("backend");
            assertThat(TcpClient.ask(new InetSocketAddress(Addresses.parse("127.0.0.1"), daemon.port())))
                    .isEqualTo("daemon");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.96.0.10", "::1"})
    void aHostProcessCanTakeThePortOfAServiceThatIsServed(String address) throws IOException {
        Frontend frontend = new Frontend(Addresses.parse(address), FreePort.next(), Protocol.TCP);
        serve(server, frontend);
        try (TcpServer daemon = TcpServer.on(
                "0.0.0.0", frontend.port(), socket -> socket.getOutputStream().write('d'))) {
            assertThat(TcpClient.ask(new InetSocketAddress(Addresses.parse("127.0.0.1"), daemon.port())))
                    .isEqualTo("d");
            assertThat(TcpClient.ask(frontend.socketAddress())).isEqualTo("backend");
        }
    }

    @Test
    @Rule({"D1", "O8"})
    void aServiceWithoutBackendsIsRefusedAndNotAnsweredByAHostProcess() throws IOException {
        try (TcpServer daemon = TcpServer.naming("daemon", "0.0.0.0")) {
            Frontend frontend = new Frontend(SERVICE, daemon.port(), Protocol.TCP);
            server.guard(List.of(SERVICE));
            serve(server, frontend);
            apply(server, frontend, BackendPool.EMPTY);
            assertThatThrownBy(() -> TcpClient.connect(frontend.socketAddress()))
                    .isInstanceOf(ConnectException.class);
            serve(server, frontend);
            assertThat(TcpClient.ask(frontend.socketAddress())).isEqualTo("backend");
        }
    }

    @Test
    @Rule({"D8", "O8"})
    void aUdpPortThatNoServiceHasIsUnreachableThoughAHostProcessHasIt() throws IOException {
        server.guard(List.of(SERVICE));
        try (UdpEchoServer daemon = UdpEchoServer.on("0.0.0.0");
                DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(5_000);
            client.connect(
                    new InetSocketAddress(SERVICE, daemon.backend().address().getPort()));
            client.send(new DatagramPacket(new byte[1], 1));
            assertThatThrownBy(() -> client.receive(new DatagramPacket(new byte[1], 1)))
                    .isInstanceOf(PortUnreachableException.class);
        }
    }

    @Test
    @Rule("G1")
    void aUdpServiceAnswersFromItsOwnAddress() {
        Frontend frontend = new Frontend(SERVICE, FreePort.next(), Protocol.UDP);
        try (UdpEchoServer echo = UdpEchoServer.on("127.0.0.1");
                UdpClient client = UdpClient.of(frontend.socketAddress())) {
            apply(server, frontend, new BackendPool(List.of(echo.backend()), Affinity.NONE));
            client.send("hi");
            assertThat(client.receive().source()).isEqualTo(frontend.socketAddress());
        }
    }

    @Test
    @Rule("H3")
    void aUdpPortThatAHostProcessHasIsReportedAndTakenWhenItIsFree() throws IOException {
        Frontend frontend = new Frontend(SERVICE, FreePort.next(), Protocol.UDP);
        server.guard(List.of(SERVICE));
        try (UdpEchoServer echo = UdpEchoServer.on("127.0.0.1");
                UdpClient client = UdpClient.of(frontend.socketAddress())) {
            try (UdpEchoServer daemon = UdpEchoServer.on("0.0.0.0", frontend.port(), List::of)) {
                apply(server, frontend, new BackendPool(List.of(echo.backend()), Affinity.NONE));
                assertThat(server.listeners())
                        .singleElement()
                        .satisfies(status -> assertThat(status.state()).isInstanceOf(State.Failed.class));
                client.send("hi");
                assertThat(daemon.received()).isZero();
            }
            Await.until("bound", () -> server.listeners().iterator().next().state() instanceof State.Bound);
            assertThat(client.ask("hi")).isEqualTo("hi");
        }
    }

    @Test
    @Rule("O5")
    void theNextInstanceTakesOverWithoutARefusal() throws IOException {
        Frontend tcp = new Frontend(SERVICE, FreePort.next(), Protocol.TCP);
        Frontend udp = new Frontend(SERVICE, FreePort.next(), Protocol.UDP);
        try (UdpEchoServer echo = UdpEchoServer.on("127.0.0.1");
                TcpServer newer = TcpServer.naming("newer");
                UdpClient client = UdpClient.of(udp.socketAddress())) {
            BackendPool echoes = new BackendPool(List.of(echo.backend()), Affinity.NONE);
            server.guard(List.of(SERVICE));
            serve(server, tcp);
            apply(server, udp, echoes);
            try (ProxyServer next = newServer()) {
                next.guard(List.of(SERVICE));
                assertThat(TcpClient.ask(tcp.socketAddress())).isEqualTo("backend");
                assertThat(client.ask("a")).isEqualTo("a");
                apply(next, tcp, new BackendPool(List.of(newer.backend()), Affinity.NONE));
                apply(next, udp, echoes);
                assertThat(TcpClient.ask(tcp.socketAddress())).isEqualTo("newer");
                server.drain();
                server.close();
                assertThat(TcpClient.ask(tcp.socketAddress())).isEqualTo("newer");
                assertThat(client.ask("b")).isEqualTo("b");
            }
        }
    }

    private void serve(ProxyServer by, Frontend frontend) {
        apply(by, frontend, new BackendPool(List.of(backend.backend()), Affinity.NONE));
    }

    private void apply(ProxyServer by, Frontend frontend, BackendPool pool) {
        by.apply(new ProxyUpdate(++revision, List.of(TestProxy.service("web-" + frontend.protocol(), frontend, pool))))
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static ProxyServer newServer() throws IOException {
        var config = ProxyServerConfig.standard(Transport.best(), 2).withCapture(ServiceCapture.SK_LOOKUP);
        return new ProxyServer(config, ProxyObserver.NOOP);
    }
}
