package dev.kubeproxy.server.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ListenerStatus.State;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import dev.kubeproxy.server.testing.UdpClient;
import dev.kubeproxy.server.testing.UdpEchoServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which sockets are open after which updates (rules A8, D1, D9, H1-H5, L6; SPEC 4.1). */
class ListenerSetIT {

    private final TestProxy proxy = new TestProxy();
    private final Frontend frontend = TestProxy.tcpFrontend();
    private final TcpServer one = TcpServer.naming("one");
    private final TcpServer two = TcpServer.naming("two");

    @AfterEach
    void closeAll() {
        proxy.close();
        one.close();
        two.close();
    }

    @Test
    @Rule("H5")
    void aServiceThatIsDeletedIsRefusedAndServedAgainWhenItComesBack() throws IOException {
        serve("web", one);
        assertThat(ask()).isEqualTo("one");
        proxy.remove("web");
        assertRefused(frontend);
        serve("web", two);
        assertThat(ask()).isEqualTo("two");
    }

    @Test
    @Rule("A8")
    void aPortThatChangesIsClosedOnTheOldNumberAndServedOnTheNew() throws IOException {
        serve("web", one);
        Frontend moved = TestProxy.tcpFrontend();
        proxy.serve("web", moved, one.backend());
        assertRefused(frontend);
        assertThat(TcpClient.ask(moved.socketAddress())).isEqualTo("one");
    }

    @Test
    @Rule({"D1", "D3", "L6"})
    void aServiceWithoutBackendsIsRefusedUntilOneComes() throws IOException {
        proxy.serve("web", frontend);
        assertRefused(frontend);
        serve("web", one);
        assertThat(ask()).isEqualTo("one");
        proxy.serve("web", frontend);
        assertRefused(frontend);
    }

    @Test
    void everyFrontendOfAServiceTakesTheSameTurns() throws IOException {
        Frontend external = TestProxy.frontend("127.0.0.2", Protocol.TCP);
        var pool = new BackendPool(List.of(one.backend(), two.backend()), Affinity.NONE);
        var port = TestProxy.port(TestProxy.portName("web", Protocol.TCP), pool, frontend, external);
        proxy.apply(new ServiceState(port.name().service(), Instant.EPOCH, List.of(port)));
        assertThat(Set.of(ask(), TcpClient.ask(external.socketAddress()))).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    @Rule("A8")
    void aSocketStaysOpenWhileBackendsAndOwnerChange() throws IOException {
        serve("web", one);
        serve("web", two);
        proxy.apply(
                ServiceState.gone(TestProxy.portName("web", Protocol.TCP).service()),
                TestProxy.service("other", frontend, new BackendPool(List.of(one.backend()), Affinity.NONE)));
        assertThat(ask()).isEqualTo("one");
        var owners = List.of(TestProxy.portName("web", Protocol.TCP), TestProxy.portName("other", Protocol.TCP));
        Await.until(
                "bound once, then handed over",
                () -> proxy.observer().listeners().stream()
                        .map(ListenerStatus::owner)
                        .toList()
                        .equals(owners));
    }

    @Test
    void aServiceWhoseBackendsGoAndComeAtOnceIsServed() throws IOException {
        for (int i = 0; i < 20; i++) {
            serve("web", one);
            proxy.server()
                    .apply(new ProxyUpdate(
                            1_000 + 2 * i, List.of(TestProxy.service("web", frontend, BackendPool.EMPTY))));
            serve("web", two);
            assertThat(ask()).isEqualTo("two");
            assertThat(status(frontend)).isInstanceOf(State.Bound.class);
        }
        assertThat(proxy.observer().listeners()).noneMatch(status -> status.state() instanceof State.Failed);
    }

    @Test
    @Rule({"D9", "H5"})
    void connectionsOutliveTheirBackendsPlaceInThePoolAndTheService() throws IOException {
        try (TcpServer echo = TcpServer.echo()) {
            serve("web", echo);
            try (TcpClient client = TcpClient.connect(frontend.socketAddress())) {
                assertThat(client.send("a").read(1)).isEqualTo("a");
                serve("web", one);
                assertThat(client.send("b").read(1)).isEqualTo("b");
                proxy.remove("web");
                assertRefused(frontend);
                assertThat(proxy.server().inUse(frontend.address())).isTrue();
                client.send("c").finish();
                assertThat(client.readAll()).isEqualTo("c");
            }
        }
        Await.until("the address is free", () -> !proxy.server().inUse(frontend.address()));
    }

    @Test
    @Rule({"H3", "H9"})
    void aPortThatAProcessHoldsIsReportedWithItsNameAndTakenWhenItIsFree() throws IOException {
        try (ServerSocket holder = new ServerSocket()) {
            holder.bind(frontend.socketAddress());
            serveNodePorts(frontend);
            assertThat(status(frontend))
                    .isInstanceOfSatisfying(
                            State.Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo("address already in use"));
            assertThat(PortOwner.of(frontend))
                    .hasValueSatisfying(owner -> assertThat(owner)
                            .endsWith("(pid " + ProcessHandle.current().pid() + ")"));
        }
        Await.until("bound", () -> status(frontend) instanceof State.Bound);
        assertThat(ask()).isEqualTo("one");
    }

    @Test
    @Rule({"H3", "L9"})
    void aPortThatCannotBeBoundHarmsNoOther() throws IOException {
        Frontend foreign = new Frontend(Addresses.parse("192.0.2.1"), 80, Protocol.TCP);
        serveNodePorts(foreign, frontend);
        assertThat(ask()).isEqualTo("one");
        assertThat(status(foreign))
                .isInstanceOfSatisfying(
                        State.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo("not an address of this node"));
    }

    @Test
    @Rule({"H2", "H3"})
    void theOlderOfTwoServicesHasAFrontendAndTheOtherGetsItAfterwards() throws IOException {
        proxy.apply(madeAt(2, "young", two));
        assertThat(ask()).isEqualTo("two");
        proxy.apply(madeAt(1, "old", one));
        assertThat(ask()).isEqualTo("one");
        assertThat(proxy.server().listeners())
                .contains(new ListenerStatus(
                        frontend,
                        TestProxy.portName("young", Protocol.TCP),
                        new State.Conflict(TestProxy.portName("old", Protocol.TCP))));
        proxy.remove("old");
        assertThat(ask()).isEqualTo("two");
    }

    @Test
    @Rule("O6")
    void drainingRefusesNewConnectionsAndWaitsForTheOpenOnes() throws IOException {
        try (TcpServer echo = TcpServer.echo()) {
            serve("web", echo);
            try (TcpClient client = TcpClient.connect(frontend.socketAddress())) {
                client.send("a").read(1);
                var drained = proxy.server().drain().toCompletableFuture();
                Await.until("closed", () -> refused(frontend));
                assertThat(drained).isNotDone();
                assertThat(client.send("b").read(1)).isEqualTo("b");
                client.finish().readAll();
                Await.until("drained", drained::isDone);
            }
        }
    }

    @Test
    @Rule("G4")
    void aUdpFlowThatAnotherServiceTakesOverCountsForThatOne() throws IOException {
        Frontend udp = new Frontend(frontend.address(), frontend.port(), Protocol.UDP);
        try (UdpEchoServer echo = UdpEchoServer.on("127.0.0.1");
                UdpClient client = UdpClient.of(udp.socketAddress())) {
            proxy.serve("old", udp, echo.backend());
            assertThat(client.ask("a")).isEqualTo("a");
            var pool = new BackendPool(List.of(echo.backend()), Affinity.NONE);
            proxy.apply(
                    ServiceState.gone(TestProxy.portName("old", Protocol.UDP).service()),
                    TestProxy.service("new", udp, pool));
            assertThat(client.ask("b")).isEqualTo("b");
            assertThat(echo.peers()).isEqualTo(1);
            assertThat(proxy.observer().closedSessions()).containsExactly(CloseReason.COMPLETED);
            assertThat(proxy.server().sessions()).isEqualTo(1);
        }
    }

    @Test
    @Rule({"O6", "G4"})
    void drainingUdpGoesOnFollowingUpdatesAndTcpStaysClosed() throws IOException {
        Frontend udp = new Frontend(frontend.address(), frontend.port(), Protocol.UDP);
        try (UdpEchoServer before = UdpEchoServer.on("127.0.0.1");
                UdpEchoServer after = UdpEchoServer.on("127.0.0.1");
                UdpClient client = UdpClient.of(udp.socketAddress())) {
            serve("web", one);
            proxy.serve("dns", udp, before.backend());
            assertThat(client.ask("a")).isEqualTo("a");
            proxy.server().drain();
            proxy.serve("dns", udp, after.backend());
            assertThat(client.ask("b")).isEqualTo("b");
            assertThat(after.received()).isEqualTo(1);
            Await.until("closed", () -> refused(frontend));
            proxy.serve("web", frontend, two.backend());
            assertRefused(frontend);
        }
    }

    @Test
    @Rule({"H1", "H7"})
    void anIpv6FrontendIsServedBesideIpv4OnTheSamePort() throws IOException {
        Frontend any4 = new Frontend(Addresses.parse("0.0.0.0"), frontend.port(), Protocol.TCP);
        Frontend any6 = new Frontend(Addresses.parse("::"), frontend.port(), Protocol.TCP);
        proxy.apply(
                TestProxy.service("four", any4, new BackendPool(List.of(one.backend()), Affinity.NONE)),
                TestProxy.service("six", any6, new BackendPool(List.of(two.backend()), Affinity.NONE)));
        assertThat(ask()).isEqualTo("one");
        assertThat(TcpClient.ask(new InetSocketAddress(Addresses.parse("::1"), frontend.port())))
                .isEqualTo("two");
    }

    @Test
    @Rule({"A5", "H2"})
    void tcpAndUdpOfOneNumberAreTwoPorts() throws IOException {
        Frontend udp = new Frontend(frontend.address(), frontend.port(), Protocol.UDP);
        try (UdpEchoServer echo = UdpEchoServer.on("127.0.0.1");
                UdpClient client = UdpClient.of(udp.socketAddress())) {
            serve("web", one);
            proxy.serve("dns", udp, echo.backend());
            assertThat(ask()).isEqualTo("one");
            assertThat(client.ask("hi")).isEqualTo("hi");
            proxy.remove("web");
            assertRefused(frontend);
            assertThat(client.ask("still")).isEqualTo("still");
        }
    }

    @Test
    @Rule("I2")
    void whoIsInNoSourceRangeIsNeverGivenABackend() throws IOException {
        apply(new Access(
                FrontendKind.LOAD_BALANCER_IP,
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                List.of(Cidr.parse("192.0.2.0/24"))));
        assertThatThrownBy(this::ask).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        Await.until("observed", () -> proxy.observer().closed().contains(CloseReason.DENIED));
        assertThat(one.accepted()).isZero();
        apply(new Access(
                FrontendKind.LOAD_BALANCER_IP,
                TrafficPolicy.CLUSTER,
                TrafficPolicy.CLUSTER,
                List.of(Cidr.parse("192.0.2.0/24"), Cidr.parse("127.0.0.0/8"))));
        assertThat(ask()).isEqualTo("one");
    }

    @Test
    @Rule("L8")
    void theEndOfTheProxyClosesConnectionsThatAreOpen() throws IOException {
        try (TestProxy ending = new TestProxy();
                TcpServer echo = TcpServer.echo()) {
            Frontend other = TestProxy.tcpFrontend();
            ending.serve("web", other, echo.backend());
            try (TcpClient client = TcpClient.connect(other.socketAddress())) {
                assertThat(client.send("a").read(1)).isEqualTo("a");
                ending.server().stop();
                assertThat(ended(client)).isTrue();
            }
        }
    }

    @Test
    void theEndOfTheProxyFreesItsAddresses() throws IOException {
        Frontend tcp = TestProxy.tcpFrontend();
        Frontend udp = TestProxy.frontend("127.0.0.1", Protocol.UDP);
        try (TestProxy ending = new TestProxy();
                UdpEchoServer echo = UdpEchoServer.on("127.0.0.1")) {
            ending.serve("web", tcp, one.backend());
            ending.serve("dns", udp, echo.backend());
            assertThat(TcpClient.ask(tcp.socketAddress())).isEqualTo("one");
            try (UdpClient client = UdpClient.of(udp.socketAddress())) {
                client.ask("a");
            }
        }
        try (ServerSocket tcpAgain = new ServerSocket();
                DatagramSocket udpAgain = new DatagramSocket(udp.socketAddress())) {
            tcpAgain.bind(tcp.socketAddress());
            assertThat(udpAgain.isBound()).isTrue();
        }
    }

    private static boolean ended(TcpClient client) {
        try {
            return client.readAll().isEmpty();
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void apply(Access access) {
        var pool = new BackendPool(List.of(one.backend()), Affinity.NONE);
        var port = new ServicePort(
                TestProxy.portName("web", Protocol.TCP),
                Map.of(frontend, access),
                pool,
                BackendPool.EMPTY,
                true,
                Drain.KEEP,
                UdpBalancing.SESSION);
        proxy.apply(new ServiceState(port.name().service(), Instant.EPOCH, List.of(port)));
    }

    private void serve(String name, TcpServer... servers) {
        proxy.apply(TestProxy.service(
                name,
                frontend,
                new BackendPool(
                        List.of(servers).stream().map(TcpServer::backend).toList(), Affinity.NONE)));
    }

    /** The node's own ports are bound, however service addresses are captured. */
    private void serveNodePorts(Frontend... frontends) {
        Map<Frontend, FrontendKind> kinds = new HashMap<>();
        List.of(frontends).forEach(nodePort -> kinds.put(nodePort, FrontendKind.NODE_PORT));
        var pool = new BackendPool(List.of(one.backend()), Affinity.NONE);
        var port = new ServicePort(TestProxy.portName("web", Protocol.TCP), kinds, pool);
        proxy.apply(new ServiceState(port.name().service(), Instant.EPOCH, List.of(port)));
    }

    private ServiceState madeAt(int second, String name, TcpServer server) {
        ServiceState service =
                TestProxy.service(name, frontend, new BackendPool(List.of(server.backend()), Affinity.NONE));
        return new ServiceState(service.name(), Instant.ofEpochSecond(second), service.ports());
    }

    private String ask() throws IOException {
        return TcpClient.ask(frontend.socketAddress());
    }

    private State status(Frontend of) {
        return proxy.server().listeners().stream()
                .filter(status -> status.frontend().equals(of))
                .map(ListenerStatus::state)
                .findFirst()
                .orElseThrow();
    }

    /** A client that is still in the backlog when the listener closes is reset: that is no refusal. */
    private static boolean refused(Frontend frontend) throws IOException {
        try (TcpClient _ = TcpClient.connect(frontend.socketAddress())) {
            return false;
        } catch (SocketException e) {
            return e instanceof ConnectException;
        }
    }

    private static void assertRefused(Frontend frontend) {
        assertThatThrownBy(() -> TcpClient.connect(frontend.socketAddress())).isInstanceOf(ConnectException.class);
    }
}
