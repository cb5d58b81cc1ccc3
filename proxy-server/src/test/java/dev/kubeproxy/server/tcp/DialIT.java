package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.BlackHole;
import dev.kubeproxy.server.testing.FreePort;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Step 2 of the TCP path: attempts, their order and what a dead backend costs others (rules F1, F2). */
class DialIT {

    private final TestProxy proxy = new TestProxy();

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    @Rule("F1")
    void aRefusingBackendIsPassedOverAtOnce() throws IOException {
        try (TcpServer live = TcpServer.naming("live")) {
            InetSocketAddress frontend = proxy.serve("web", TestProxy.tcpFrontend(), refusing(), live.backend());
            for (int i = 0; i < 10; i++) {
                assertThat(TcpClient.ask(frontend)).isEqualTo("live");
            }
        }
        assertThat(proxy.observer().failedDials()).isEqualTo(5);
    }

    @Test
    @Rule({"F1", "L3"})
    void theClientIsResetAfterFourFailedAttempts() throws IOException {
        InetSocketAddress frontend = proxy.serve("web", TestProxy.tcpFrontend(), refusing());
        assertThatThrownBy(() -> TcpClient.ask(frontend))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        Await.until("observed", () -> proxy.observer().closed().equals(List.of(CloseReason.DIAL_FAILED)));
        assertThat(proxy.observer().failedDials()).isEqualTo(4);
    }

    /** Or its connection would come in again, and again, until no descriptor is left for any Service. */
    @Test
    @Rule("F4")
    void anEndpointThatIsAFrontendOfThisProxyIsNotDialled() throws IOException {
        var one = TestProxy.tcpFrontend();
        var other = TestProxy.tcpFrontend();
        var nodePort = new Frontend(IpFamily.IPV4.any(), FreePort.next(), Protocol.TCP);
        try (TcpServer live = TcpServer.naming("live")) {
            proxy.serve("one", one, backend(other), backend(one), backend(nodePort), live.backend());
            proxy.serve("other", other, backend(one));
            proxy.serve("node-port", nodePort, backend(nodePort));
            for (int i = 0; i < 4; i++) {
                assertThat(TcpClient.ask(one.socketAddress())).isEqualTo("live");
            }
            assertThatThrownBy(() -> TcpClient.ask(other.socketAddress())).hasMessageContaining("reset");
        }
        Await.until("all have ended", () -> proxy.observer().closed().size() == 5);
        assertThat(proxy.observer().accepted()).isEqualTo(5);
    }

    private static Backend backend(Frontend frontend) {
        return Backend.of(InetAddress.ofLiteral("127.0.0.1"), frontend.port());
    }

    @Test
    @Rule({"F1", "F2"})
    void noneOfFiftyClientsFailsOrWaitsForTheOneBlackHoleAmongThree() throws Exception {
        try (BlackHole hole = BlackHole.open();
                TcpServer one = TcpServer.naming("live");
                TcpServer two = TcpServer.naming("live")) {
            InetSocketAddress frontend =
                    proxy.serve("web", TestProxy.tcpFrontend(), hole.backend(), one.backend(), two.backend());
            List<Callable<String>> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(() -> TcpClient.ask(frontend));
            }
            try (var threads = Executors.newFixedThreadPool(50)) {
                for (Future<String> answer : threads.invokeAll(clients)) {
                    assertThat(answer.get()).isEqualTo("live");
                }
            }
        }
        // A second attempt never goes to the backend that has just failed this client.
        assertThat(proxy.observer().failedDials()).isBetween(16, 17);
    }

    @Test
    @Rule("F2")
    void aDialInVainDelaysNobodyElse() throws IOException {
        try (BlackHole hole = BlackHole.open();
                TcpServer live = TcpServer.naming("live")) {
            InetSocketAddress frontend = proxy.serve("dead", TestProxy.tcpFrontend(), hole.backend());
            try (TcpClient waiting = TcpClient.connect(frontend)) {
                InetSocketAddress other = proxy.serve("live", TestProxy.tcpFrontend(), live.backend());
                assertThat(TcpClient.ask(other)).isEqualTo("live");
                Await.until(
                        "the other has ended", () -> proxy.observer().closed().contains(CloseReason.COMPLETED));
                assertThat(proxy.observer().closed()).doesNotContain(CloseReason.DIAL_FAILED);
                assertThatThrownBy(waiting::readAll).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void aLaterAttemptUsesThePoolThatWasSwappedInMeanwhile() throws IOException {
        var frontend = TestProxy.tcpFrontend();
        try (BlackHole hole = BlackHole.open();
                TcpServer live = TcpServer.naming("live")) {
            proxy.serve("web", frontend, hole.backend());
            try (TcpClient client = TcpClient.connect(frontend.socketAddress())) {
                proxy.serve("web", frontend, live.backend());
                assertThat(client.readAll()).isEqualTo("live");
            }
        }
    }

    @Test
    void aClientThatLeavesDuringTheDialEndsIt() throws IOException {
        try (BlackHole hole = BlackHole.open()) {
            InetSocketAddress frontend = proxy.serve("web", TestProxy.tcpFrontend(), hole.backend());
            TcpClient.connect(frontend).reset();
            Await.until("observed", () -> proxy.observer().closed().equals(List.of(CloseReason.CLIENT_GONE)));
        }
        assertThat(proxy.server().connections()).isZero();
    }

    private static Backend refusing() {
        return Backend.of(InetAddress.getLoopbackAddress(), FreePort.next());
    }
}
