package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxy.server.ProxyServerConfig;
import dev.kubeproxy.server.ServiceCapture;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import dev.kubeproxy.server.transport.Transport;
import dev.kubeproxy.server.udp.UdpLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What happens when file descriptors run short (rule F4). */
@Rule("F4")
class DescriptorsIT {

    private static final int LEFT_FOR_CONNECTIONS = 20;

    @Test
    void clientsBeyondTheLimitWaitAndAreServedWhenOthersLeave() throws IOException {
        int limit = openDescriptors() + 8 + 48 + 1 + LEFT_FOR_CONNECTIONS;
        var config = config(TestProxy.capture(), 1, limit);
        try (TcpServer echo = TcpServer.echo();
                TestProxy proxy = new TestProxy(config)) {
            InetSocketAddress frontend = proxy.serve("web", TestProxy.tcpFrontend(), echo.backend());
            List<TcpClient> clients = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                clients.add(TcpClient.connect(frontend).send("x"));
            }
            Await.until("the limit is reached", () -> proxy.observer().exhausted() == 1);
            int atOnce = proxy.server().connections();
            assertThat(atOnce).isBetween(1, LEFT_FOR_CONNECTIONS);
            for (TcpClient client : clients) {
                assertThat(client.read(1)).isEqualTo("x");
                client.close();
            }
            Await.until("all have left", () -> proxy.server().connections() == 0);
            assertThat(proxy.observer().accepted()).isEqualTo(40);
        }
    }

    @Test
    void twoListenersThatWaitNeverTakeMoreThanThereIs() throws IOException {
        int limit = openDescriptors() + 8 + 48 + 2 + LEFT_FOR_CONNECTIONS;
        var config = config(TestProxy.capture(), 2, limit);
        try (TcpServer naming = TcpServer.naming("n");
                TestProxy proxy = new TestProxy(config)) {
            InetSocketAddress one = proxy.serve("one", TestProxy.tcpFrontend(), naming.backend());
            InetSocketAddress two = proxy.serve("two", TestProxy.tcpFrontend(), naming.backend());
            List<Future<String>> answers = new ArrayList<>();
            int most = 0;
            try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 500; i++) {
                    InetSocketAddress frontend = i % 2 == 0 ? one : two;
                    answers.add(clients.submit(() -> TcpClient.ask(frontend)));
                }
                while (!answers.stream().allMatch(Future::isDone)) {
                    most = Math.max(most, proxy.server().connections());
                }
            }
            assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isEqualTo("n"));
            assertThat(most).isLessThanOrEqualTo(LEFT_FOR_CONNECTIONS / 2 + 4);
            Await.until("all have left", () -> proxy.server().connections() == 0);
        }
    }

    @Test
    void manyListenersTakeNoMoreThanThereIsAndGiveTheirTurnOn() throws IOException {
        assumeTrue(Transport.best() == Transport.EPOLL, "other transports accept before they are asked");
        int services = 30;
        int limit = openDescriptors() + 8 + 48 + services + LEFT_FOR_CONNECTIONS;
        var config = config(ServiceCapture.BIND, 1, limit);
        try (TcpServer echo = TcpServer.echo();
                TestProxy proxy = new TestProxy(config)) {
            List<InetSocketAddress> frontends = new ArrayList<>();
            for (int i = 0; i < services; i++) {
                frontends.add(proxy.serve("web-" + i, TestProxy.tcpFrontend(), echo.backend()));
            }
            List<TcpClient> clients = new ArrayList<>(connect(frontends.getFirst(), LEFT_FOR_CONNECTIONS + 5));
            Await.until("the limit is reached", () -> proxy.observer().exhausted() == 1);
            for (InetSocketAddress frontend : frontends.subList(1, services)) {
                clients.addAll(connect(frontend, 1));
            }
            List<Future<String>> answers = new ArrayList<>();
            int most = proxy.server().connections();
            try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
                clients.forEach(client -> answers.add(each.submit(() -> {
                    try (client) {
                        return client.read(1);
                    }
                })));
                while (!answers.stream().allMatch(Future::isDone)) {
                    most = Math.max(most, proxy.server().connections());
                }
            }
            assertThat(most).isLessThanOrEqualTo(LEFT_FOR_CONNECTIONS / 2 + 4);
            assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isEqualTo("x"));
            assertThat(proxy.observer().closed()).doesNotContain(CloseReason.NO_DESCRIPTOR);
            TcpClient last = TcpClient.connect(frontends.getLast()).send("y");
            assertThat(last.read(1)).as("one at a listener that had no client").isEqualTo("y");
        }
    }

    private static List<TcpClient> connect(InetSocketAddress frontend, int clients) throws IOException {
        List<TcpClient> connected = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            connected.add(TcpClient.connect(frontend).send("x"));
        }
        return connected;
    }

    private static ProxyServerConfig config(ServiceCapture capture, int eventLoops, int limit) {
        return new ProxyServerConfig(
                Transport.best(),
                capture,
                eventLoops,
                TestProxy.quickDials(),
                UdpLimits.ofDescriptorLimit(limit),
                limit,
                TestProxy.spliceFrom());
    }

    private static int openDescriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return (int) open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
