package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.BlackHole;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import dev.kubeproxy.server.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps 2 and 3 of the TCP path over real sockets: what each side sees of the other (rules F3-F6). */
@ParameterizedClass
@EnumSource(Transport.class)
class TcpRelayIT {

    private static final int MIB = 1024 * 1024;

    private final TestProxy proxy;

    TcpRelayIT(Transport transport) {
        assumeTrue(transport.available(), "this machine has no " + transport);
        proxy = new TestProxy(transport);
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    @Test
    void bytesEchoUnchanged() throws IOException {
        try (TcpServer echo = TcpServer.echo();
                TcpClient client = TcpClient.connect(serve(echo))) {
            client.send("to be echoed").finish();
            assertThat(client.readAll()).isEqualTo("to be echoed");
        }
        Await.until("the close is observed", () -> proxy.observer().closed().equals(list(CloseReason.COMPLETED)));
        assertThat(proxy.observer().bytesFromClient()).isEqualTo(12);
        assertThat(proxy.observer().bytesFromBackend()).isEqualTo(12);
        assertThat(proxy.server().connections()).isZero();
    }

    /** Bytes and FIN may be read in one go, when nothing of the former was written on yet. */
    @Test
    @Rule("F3")
    void anAnswerArrivesWithTheEndRightBehindIt() throws IOException {
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
            socket.getInputStream().read();
            socket.getOutputStream().write("bye".getBytes(StandardCharsets.UTF_8));
        })) {
            InetSocketAddress address = serve(server);
            for (int i = 0; i < 50; i++) {
                try (TcpClient client = TcpClient.connect(address)) {
                    assertThat(client.send("?").readAll()).isEqualTo("bye");
                }
            }
        }
    }

    @Test
    @Rule("F5")
    void aServerThatSpeaksFirstIsHeard() throws IOException {
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.getOutputStream().write("220 ready".getBytes(StandardCharsets.UTF_8));
                    socket.getInputStream().readAllBytes();
                });
                TcpClient client = TcpClient.connect(serve(server))) {
            assertThat(client.read(9)).isEqualTo("220 ready");
        }
    }

    @Test
    @Rule({"F3", "L4"})
    void aClientThatFinishesGetsItsWholeAnswer() throws IOException {
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    byte[] question = socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write(question);
                    socket.getOutputStream().write(new byte[16 * MIB]);
                });
                TcpClient client = TcpClient.connectNarrow(serve(server))) {
            client.send("question").finish();
            assertThat(client.read(8)).isEqualTo("question");
            assertThat(client.readAll()).hasSize(16 * MIB);
        }
    }

    @Test
    @Rule({"F3", "L4"})
    void aBackendThatFinishesStillHearsTheClient() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.shutdownOutput();
                    heard.complete(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                });
                TcpClient client = TcpClient.connect(serve(server))) {
            assertThat(client.readAll()).isEmpty();
            client.send("said after its FIN").finish();
            assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("said after its FIN");
        }
    }

    @Test
    @Rule("F3")
    void aBackendsResetIsAResetToTheClient() throws IOException {
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.getInputStream().readNBytes(1);
                    socket.setSoLinger(true, 0);
                });
                TcpClient client = TcpClient.connect(serve(server))) {
            client.send("x");
            assertThatThrownBy(client::readAll)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        Await.until(
                "it is blamed on the backend", () -> proxy.observer().closed().equals(list(CloseReason.BACKEND_RESET)));
    }

    @Test
    @Rule("F3")
    void aClientsResetIsAResetToTheBackend() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.getOutputStream().write('r');
                    try {
                        socket.getInputStream().readAllBytes();
                        seen.complete(new AssertionError("saw a FIN"));
                    } catch (IOException e) {
                        seen.complete(e);
                    }
                });
                TcpClient client = TcpClient.connect(serve(server))) {
            assertThat(client.read(1)).isEqualTo("r");
            client.reset();
            assertThat(seen.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        Await.until(
                "it is blamed on the client", () -> proxy.observer().closed().equals(list(CloseReason.CLIENT_RESET)));
    }

    @Test
    void aConnectionThatTheProxysEndCutsIsCountedAsThat() throws IOException {
        try (TcpServer echo = TcpServer.echo();
                TcpClient client = TcpClient.connect(serve(echo))) {
            assertThat(client.send("a").read(1)).isEqualTo("a");
            proxy.server().stop();
            assertThat(proxy.observer().closed()).containsExactly(CloseReason.SHUTDOWN);
            assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
        }
    }

    /** The kernel's reads stop before the urgent byte, which itself goes nowhere. */
    @Test
    void whatComesBehindAnUrgentByteArrives() throws IOException {
        try (TcpServer echo = TcpServer.echo();
                TcpClient client = TcpClient.connect(serve(echo))) {
            client.send("abc");
            client.socket().sendUrgentData('!');
            client.send("def");
            assertThat(client.read(6)).isEqualTo("abcdef");
        }
    }

    @Test
    @Rule("F5")
    void whatTheClientSendsBeforeTheDialEndsArrivesWithItsFin() throws Exception {
        try (BlackHole black = BlackHole.open();
                TcpServer echo = TcpServer.echo()) {
            InetSocketAddress frontend = proxy.serve("web", TestProxy.tcpFrontend(), black.backend(), echo.backend());
            for (int i = 0; i < 4; i++) { // every other one is dialled in vain first
                try (TcpClient client = TcpClient.connect(frontend)) {
                    client.send("early").finish();
                    assertThat(client.readAll()).isEqualTo("early");
                }
            }
        }
    }

    @Test
    @Rule("F6")
    void aSlowReaderBoundsWhatTheBackendCanSend() throws Exception {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        long all = 256L * MIB;
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.setSendBufferSize(64 * 1024);
                    long count = 0;
                    byte[] block = new byte[64 * 1024];
                    CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS)
                            .execute(() -> sent.complete(proxy.observer().bytesFromBackend()));
                    for (; count < all; count += block.length) {
                        socket.getOutputStream().write(block);
                    }
                });
                TcpClient client = TcpClient.connect(serve(server))) {
            client.read(1);
            assertThat(sent.get(10, TimeUnit.SECONDS))
                    .as("bytes read from the backend while the client reads nothing")
                    .isLessThan(32L * MIB);
            assertThat(client.socket().getInputStream().transferTo(OutputStream.nullOutputStream()))
                    .isEqualTo(all - 1);
        }
    }

    @Test
    void bothDirectionsCarryBulkAtOnceUnchanged() throws Exception {
        long size = 64L * MIB;
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        try (TcpServer echo = TcpServer.echo();
                TcpClient client = TcpClient.connect(serve(echo))) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> sendRandom(client, size, sent));
            try (InputStream in = new DigestInputStream(client.socket().getInputStream(), received)) {
                assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(size);
            }
            writer.get(10, TimeUnit.SECONDS);
        }
        assertThat(received.digest()).isEqualTo(sent.digest());
    }

    @Test
    @Rule("D6")
    void aBackendReachesItselfThroughItsOwnService() throws IOException {
        try (TcpServer self = TcpServer.naming("self", "127.0.0.2")) {
            assertThat(askFrom("127.0.0.2", serve(self))).isEqualTo("self");
        }
    }

    @Test
    @Rule("D7")
    void aBackendSeesTheNodeAsItsClient() throws IOException {
        TcpServer.Behaviour tellsItsClient = socket -> socket.getOutputStream()
                .write(socket.getInetAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII));
        try (TcpServer server = TcpServer.on("127.0.0.1", tellsItsClient)) {
            assertThat(askFrom("127.0.0.3", serve(server))).isEqualTo("127.0.0.1");
        }
    }

    private static String askFrom(String address, InetSocketAddress frontend) throws IOException {
        try (Socket client = new Socket()) {
            client.setSoTimeout(10_000);
            client.bind(new InetSocketAddress(Addresses.parse(address), 0));
            client.connect(frontend, 10_000);
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static void sendRandom(TcpClient client, long size, MessageDigest digest) {
        Random random = new Random(7);
        byte[] block = new byte[100_000];
        try {
            OutputStream out = new DigestOutputStream(client.socket().getOutputStream(), digest);
            for (long left = size; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, (int) Math.min(left, block.length));
            }
            client.finish();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private InetSocketAddress serve(TcpServer server) {
        return proxy.serve("web", TestProxy.tcpFrontend(), server.backend());
    }

    private static List<CloseReason> list(CloseReason... reasons) {
        return List.of(reasons);
    }
}
