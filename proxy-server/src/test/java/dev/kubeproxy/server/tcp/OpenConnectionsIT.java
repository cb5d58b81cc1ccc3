package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.observe.OpenConnection;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
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
                OpenConnection open = open(10).getFirst();
                assertThat(open.port().service().name()).isEqualTo("web");
                assertThat(open.frontend()).isEqualTo(frontend.socketAddress());
                assertThat(open.backend()).isEqualTo(backend.backend());
                assertThat(open.age()).isPositive();
            }
            Await.until("none is open", () -> open(10).isEmpty());
        }
    }

    @Test
    void eachEventLoopTellsNoMoreThanIsAsked() throws Exception {
        List<TcpClient> clients = new ArrayList<>();
        try (TcpServer backend = TcpServer.echo()) {
            proxy.serve("web", frontend, backend.backend());
            for (int i = 0; i < 12; i++) {
                TcpClient client = TcpClient.connect(frontend.socketAddress());
                clients.add(client);
                assertThat(client.send("a").read(1)).isEqualTo("a");
            }
            assertThat(open(100)).hasSize(12);
            assertThat(open(1)).hasSizeBetween(1, 4);
            assertThat(open(0)).isEmpty();
        } finally {
            for (TcpClient client : clients) {
                client.close();
            }
        }
    }

    private List<OpenConnection> open(int mostOfLoop) throws Exception {
        return proxy.server()
                .describeConnections(mostOfLoop)
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }
}
