package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.ProxyServer;
import dev.kubeproxy.server.ProxyServerConfig;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import dev.kubeproxy.server.transport.Transport;
import java.io.IOException;
import java.net.SocketException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which connections end when their endpoint is gone, and which go on (rule D9). */
@ExtendWith(NoLeaks.class)
class DrainIT {

    private static final List<Backend> NOBODY = List.of();

    private final TestProxy proxy = new TestProxy();
    private final Frontend frontend = TestProxy.tcpFrontend();
    private final TcpServer one = TcpServer.echo();
    private final TcpServer two = TcpServer.echo();

    @AfterEach
    void closeAll() {
        proxy.close();
        one.close();
        two.close();
    }

    @Test
    @Rule("D9")
    void aConnectionIsResetBothWaysOnceItsEndpointIsGone() throws Exception {
        CompletableFuture<IOException> atBackend = new CompletableFuture<>();
        try (TcpServer leaving = TcpServer.on("127.0.0.1", socket -> {
            socket.getOutputStream().write('!');
            try {
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                atBackend.complete(e);
            }
        })) {
            closing("web", List.of(leaving.backend()), leaving, two);
            try (TcpClient client = TcpClient.connect(frontend.socketAddress())) {
                assertThat(client.read(1)).isEqualTo("!");
                closing("web", List.of(two.backend()), two);
                assertReset(client);
            }
            assertThat(atBackend.get(10, TimeUnit.SECONDS)).hasMessageContaining("reset");
        }
        Await.until("observed", () -> proxy.observer().closed().equals(List.of(CloseReason.ENDPOINT_GONE)));
        assertThat(proxy.server().connections()).isZero();
        assertEchoes();
    }

    @Test
    @Rule("D9")
    void anEndpointThatGetsNoNewConnectionsKeepsThoseItHas() throws IOException {
        closing("web", List.of(one.backend()), one);
        try (TcpClient client = established()) {
            closing("web", List.of(two.backend()), one, two);
            assertThat(client.send("a").read(1)).isEqualTo("a");
            closing("web", NOBODY, one); // not ready, and nobody else is: the frontend is closed
            assertThat(client.send("b").read(1)).isEqualTo("b");
            closing("web", List.of(one.backend()), one);
            assertThat(client.send("c").finish().readAll()).isEqualTo("c");
        }
        Await.until("observed", () -> proxy.observer().closed().equals(List.of(CloseReason.COMPLETED)));
    }

    @Test
    @Rule("D9")
    void onlyConnectionsOfTheServiceThatLostTheEndpointEnd() throws IOException {
        Frontend elsewhere = TestProxy.tcpFrontend();
        closing("web", List.of(one.backend()), one);
        closing("other", elsewhere, List.of(one.backend()), one);
        try (TcpClient web = established();
                TcpClient other = TcpClient.connect(elsewhere.socketAddress())) {
            assertThat(other.send("a").read(1)).isEqualTo("a");
            closing("web", List.of(two.backend()), two);
            assertReset(web);
            assertThat(other.send("b").read(1)).isEqualTo("b");
        }
    }

    @Test
    @Rule({"D9", "H5"})
    void allConnectionsOfAServiceThatIsDeletedEnd() throws IOException {
        closing("web", List.of(one.backend()), one);
        try (TcpClient first = established();
                TcpClient second = established();
                TcpClient third = established()) {
            proxy.remove("web");
            assertReset(first);
            assertReset(second);
            assertReset(third);
        }
        Await.until("the address is free", () -> !proxy.server().inUse(frontend.address()));
    }

    @Test
    @Rule("D9")
    void connectionsThatEndedBeforeLeaveTheOthersToBeFound() throws IOException {
        closing("web", List.of(one.backend()), one);
        List<TcpClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            clients.add(established());
        }
        for (int ended : new int[] {0, 1, 5, 6, 11}) { // oldest, newest and in between, on whichever loop
            clients.get(ended).close();
        }
        Await.until("ended", () -> proxy.server().connections() == 7);
        closing("web", List.of(two.backend()), two);
        for (int left : new int[] {2, 3, 4, 7, 8, 9, 10}) {
            try (TcpClient client = clients.get(left)) {
                assertReset(client);
            }
        }
        Await.until("ended", () -> proxy.server().connections() == 0);
    }

    @Test
    @Rule("D9")
    void aPolicyThatChangesHoldsForConnectionsThatRun() throws IOException {
        proxy.serve("web", frontend, one.backend());
        try (TcpClient client = established()) {
            proxy.serve("web", frontend, two.backend());
            assertThat(client.send("a").read(1)).isEqualTo("a");
            closing("web", List.of(two.backend()), one, two);
            assertThat(client.send("b").read(1)).isEqualTo("b");
            proxy.serve("web", frontend, two.backend());
            assertThat(client.send("c").read(1)).isEqualTo("c");
            closing("web", List.of(two.backend()), two);
            assertReset(client);
        }
    }

    @Test
    @Rule({"D9", "F1"})
    void aClientWhoseBackendLeavesWhileItIsDialledGetsAnother() throws IOException {
        ServicePortName name = TestProxy.portName("web", Protocol.TCP);
        CompletableFuture<ProxyServer> server = new CompletableFuture<>();
        AtomicInteger dialled = new AtomicInteger();
        ServicePortObserver leaving = new ServicePortObserver() {
            @Override
            public void onDial(Backend backend, long nanos) {
                if (dialled.incrementAndGet() == 1) {
                    server.join()
                            .apply(new ProxyUpdate(2, List.of(state("web", frontend, List.of(two.backend()), two))));
                }
            }
        };
        ProxyObserver observer = new ProxyObserver() {
            @Override
            public ServicePortObserver servicePort(ServicePortName port) {
                return port.equals(name) ? leaving : ServicePortObserver.NOOP;
            }
        };
        try (ProxyServer proxied = new ProxyServer(ProxyServerConfig.standard(Transport.best(), 1), observer)) {
            server.complete(proxied);
            proxied.apply(new ProxyUpdate(1, List.of(state("web", frontend, List.of(one.backend()), one))))
                    .toCompletableFuture()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
            assertEchoes();
        }
        assertThat(dialled).hasValue(2);
        assertThat(two.accepted()).isEqualTo(1);
    }

    private TcpClient established() throws IOException {
        TcpClient client = TcpClient.connect(frontend.socketAddress());
        assertThat(client.send("?").read(1)).isEqualTo("?");
        return client;
    }

    private void assertEchoes() throws IOException {
        try (TcpClient client = TcpClient.connect(frontend.socketAddress())) {
            assertThat(client.send("hello").finish().readAll()).isEqualTo("hello");
        }
    }

    private static void assertReset(TcpClient client) {
        assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class).hasMessageContaining("reset");
    }

    private void closing(String name, List<Backend> pool, TcpServer... members) {
        closing(name, frontend, pool, members);
    }

    private void closing(String name, Frontend at, List<Backend> pool, TcpServer... members) {
        proxy.apply(state(name, at, pool, members));
    }

    /** A Service that closes connections to all but the members. */
    private static ServiceState state(String name, Frontend at, List<Backend> pool, TcpServer... members) {
        Set<Backend> keeping =
                Set.copyOf(Stream.concat(pool.stream(), Arrays.stream(members).map(TcpServer::backend))
                        .toList());
        ServiceState kept = TestProxy.service(name, at, new BackendPool(pool, Affinity.NONE));
        return new ServiceState(
                kept.name(),
                Instant.EPOCH,
                kept.ports().stream()
                        .map(port -> port.with(new Drain.Close(keeping)))
                        .toList());
    }
}
