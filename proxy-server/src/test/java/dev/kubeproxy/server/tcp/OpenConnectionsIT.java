package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.observe.LongestOpen;
import dev.kubeproxy.server.observe.OpenConnection;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class OpenConnectionsIT {

    private final TestProxy proxy = new TestProxy();
    private final Frontend frontend = TestProxy.tcpFrontend();
    private final Frontend other = TestProxy.tcpFrontend();

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void anOpenConnectionIsDescribedUntilItEnds() throws Exception {
        try (TcpServer backend = TcpServer.echo()) {
            proxy.serve("web", frontend, backend.backend());
            try (TcpClient client = TcpClient.connect(frontend.socketAddress())) {
                assertThat(client.send("a").read(1)).isEqualTo("a");
                OpenConnection open = longestOpen(10).connections().getFirst();
                assertThat(open.port().service().name()).isEqualTo("web");
                assertThat(open.frontend()).isEqualTo(frontend.socketAddress());
                assertThat(open.backend()).isEqualTo(backend.backend());
                assertThat(open.age()).isPositive();
            }
            Await.until("none is open", () -> longestOpen(10).connections().isEmpty());
        }
    }

    /** Whichever event loops they are on. */
    @Test
    void theOldestAreToldAndTheOthersCounted() throws Exception {
        List<TcpClient> clients = new ArrayList<>();
        try (TcpServer backend = TcpServer.echo()) {
            for (int i = 0; i < 12; i++) {
                Frontend ofPort = i % 2 == 0 ? frontend : other;
                proxy.serve("web" + i % 2, ofPort, backend.backend());
                TcpClient client = TcpClient.connect(ofPort.socketAddress());
                clients.add(client);
                assertThat(client.send("a").read(1)).isEqualTo("a");
            }
            assertThat(clientsOf(longestOpen(100))).isEqualTo(addresses(clients));
            assertThat(longestOpen(100).leftOut()).isZero();
            assertThat(clientsOf(longestOpen(5))).isEqualTo(addresses(clients.subList(0, 5)));
            assertThat(longestOpen(5).leftOut()).isEqualTo(7);
            assertThat(longestOpen(0)).isEqualTo(new LongestOpen(List.of(), 12));
            clients.remove(11).close();
            clients.remove(4).close();
            clients.remove(0).close();
            Await.until("three have ended", () -> longestOpen(0).leftOut() == 9);
            assertThat(clientsOf(longestOpen(5))).isEqualTo(addresses(clients.subList(0, 5)));
            assertThat(clientsOf(longestOpen(100))).isEqualTo(addresses(clients));
        } finally {
            for (TcpClient client : clients) {
                client.close();
            }
        }
    }

    private LongestOpen longestOpen(int most) throws Exception {
        return proxy.server().longestOpen(most).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static List<InetSocketAddress> clientsOf(LongestOpen open) {
        return open.connections().stream().map(OpenConnection::client).toList();
    }

    private static List<InetSocketAddress> addresses(List<TcpClient> clients) {
        return clients.stream()
                .map(client -> (InetSocketAddress) client.socket().getLocalSocketAddress())
                .toList();
    }
}
