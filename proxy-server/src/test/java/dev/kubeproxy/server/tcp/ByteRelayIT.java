package dev.kubeproxy.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.TestProxy;
import dev.kubeproxy.server.transport.StreamSockets;
import dev.kubeproxy.server.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection's ends see while bulk is spliced between them, and where that begins and ends. */
@ExtendWith(NoLeaks.class)
@ParameterizedClass
@ValueSource(ints = {0, StreamSockets.BULK})
class ByteRelayIT {

    private static final int MIB = 1024 * 1024;
    /** More than all sockets and buffers between a backend and its client hold. */
    private static final long ENDLESS = 1L << 40;

    private static final int LOOPS = 2;
    private static final int MOST_IDLE_PIPES = 8;
    private static final int ENDS = 2;

    private final int spliceFrom;
    private long endsBefore;
    private TestProxy proxy;

    ByteRelayIT(int spliceFrom) {
        this.spliceFrom = spliceFrom;
    }

    @BeforeEach
    void openProxy() {
        assumeTrue(Transport.EPOLL.available(), "splicing needs epoll");
        endsBefore = endsOfPipes();
        proxy = new TestProxy(Transport.EPOLL, spliceFrom);
    }

    @AfterEach
    void closeProxy() {
        if (proxy != null) {
            proxy.close();
            Await.until("all pipes are closed", () -> endsOfPipes() <= endsBefore);
        }
    }

    @Test
    @Rule("F3")
    void bulkAndTheFinBehindItArriveUnchanged() throws Exception {
        long size = 256L * MIB + 1;
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> sendRandom(socket, size, sent));
                TcpClient client = TcpClient.connect(serve(server))) {
            try (InputStream in = new DigestInputStream(client.socket().getInputStream(), received)) {
                assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(size);
            }
        }
        assertThat(received.digest()).isEqualTo(sent.digest());
        assertThat(proxy.observer().bytesFromBackend()).isEqualTo(size);
        assertThat(endsOfPipes()).as("it went through a pipe").isGreaterThan(endsBefore);
    }

    @Test
    @Rule("F3")
    void anAnswerGoesOnAfterTheClientsFinInTheMiddleOfIt() throws IOException {
        int half = 8 * MIB;
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.getOutputStream().write(new byte[half]);
                    socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write(new byte[half]);
                });
                TcpClient client = TcpClient.connectNarrow(serve(server))) {
            client.read(MIB);
            client.finish();
            assertThat(client.readAll()).hasSize(2 * half - MIB);
        }
        Await.until("it is complete", () -> proxy.observer().closed().contains(CloseReason.COMPLETED));
        assertThat(proxy.observer().bytesFromBackend()).isEqualTo(2L * half);
    }

    @Test
    @Rule("F3")
    void aBackendsResetInTheMiddleOfBulkIsAResetToTheClient() throws IOException {
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.getOutputStream().write(new byte[16 * MIB]);
                    socket.setSoLinger(true, 0);
                });
                TcpClient client = TcpClient.connect(serve(server))) {
            assertThatThrownBy(client::readAll)
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        Await.until(
                "it is blamed on the backend", () -> proxy.observer().closed().contains(CloseReason.BACKEND_RESET));
    }

    @Test
    @Rule("F3")
    void aClientsResetInTheMiddleOfBulkIsAResetToTheBackend() throws Exception {
        CompletableFuture<IOException> seen = new CompletableFuture<>();
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    try {
                        sendZeros(socket, ENDLESS);
                    } catch (IOException e) {
                        seen.complete(e);
                    }
                });
                TcpClient client = TcpClient.connect(serve(server))) {
            client.read(16 * MIB);
            client.reset();
            assertThat(seen.get(10, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
        }
        Await.until(
                "it is blamed on the client", () -> proxy.observer().closed().contains(CloseReason.CLIENT_RESET));
    }

    /** A refusal of an upload, by a backend that does not read it: the reset stands right behind. */
    @RepeatedTest(20)
    @Rule("F3")
    void anAnswerBeforeAResetReachesAClientThatIsSending() throws Exception {
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.getInputStream().readNBytes(1);
                    socket.getOutputStream().write("refused".getBytes(StandardCharsets.US_ASCII));
                }); // closes it with data unread, which resets
                TcpClient client = TcpClient.connect(serve(server))) {
            CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> sendUntilReset(client.socket()));
            assertThat(client.read("refused".length())).isEqualTo("refused");
            upload.get(10, TimeUnit.SECONDS);
        }
    }

    /** Though nothing is read from the backend then. */
    @Test
    @Rule("F3")
    void aBackendsResetReachesAClientThatReadsNothing() throws Exception {
        CompletableFuture<Void> standsStill = new CompletableFuture<>();
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> sendUntilReset(socket));
                    standsStill.orTimeout(10, TimeUnit.SECONDS).join();
                    socket.setSoLinger(true, 0);
                    socket.close();
                    sending.join();
                });
                TcpClient client = TcpClient.connectNarrow(serve(server))) {
            client.read(1);
            awaitStandstill();
            standsStill.complete(null);
            Await.until(
                    "it is blamed on the backend",
                    () -> proxy.observer().closed().equals(List.of(CloseReason.BACKEND_RESET)));
        }
    }

    @Test
    @Rule("F3")
    void aClientsResetAfterItsFinIsHeard() throws IOException {
        CompletableFuture<Void> heard = new CompletableFuture<>();
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> {
                    socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write('f');
                    heard.orTimeout(10, TimeUnit.SECONDS).join();
                });
                TcpClient client = TcpClient.connect(serve(server))) {
            client.finish();
            assertThat(client.read(1)).isEqualTo("f");
            client.reset();
            Await.until(
                    "it is blamed on the client",
                    () -> proxy.observer().closed().equals(List.of(CloseReason.CLIENT_RESET)));
            heard.complete(null);
        }
    }

    @Test
    @Rule("F6")
    void aClientThatStopsReadingStopsTheBackendAndGoesOnLater() throws IOException {
        int size = 40 * MIB;
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> sendZeros(socket, size));
                TcpClient client = TcpClient.connectNarrow(serve(server))) {
            client.read(2 * MIB);
            awaitStandstill();
            assertThat(proxy.observer().bytesFromBackend()).isLessThan(24L * MIB);
            assertThat(client.readAll()).hasSize(size - 2 * MIB);
        }
        assertThat(proxy.observer().bytesFromBackend()).isEqualTo(size);
    }

    @Test
    void smallMessagesBetweenBulkAreNotDelayed() throws IOException {
        try (TcpServer echo = TcpServer.echo();
                TcpClient client = TcpClient.connect(serve(echo))) {
            for (int turn = 0; turn < 5; turn++) {
                CompletableFuture<Void> bulk = CompletableFuture.runAsync(() -> sendBulk(client));
                assertThat(client.read(4 * MIB)).hasSize(4 * MIB);
                bulk.join();
                long start = System.nanoTime();
                for (int i = 0; i < 200; i++) {
                    client.send("small");
                    assertThat(client.read(5)).isEqualTo("small");
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            }
        }
        Await.until("it is complete", () -> proxy.observer().closed().contains(CloseReason.COMPLETED));
        assertThat(proxy.observer().bytesFromClient()).isEqualTo(5 * (4 * MIB + 1000));
    }

    @Test
    @Rule("F4")
    void connectionsThatEndHoweverTheyDoLeaveFewPipes() throws IOException {
        int connections = 1000;
        try (TcpServer server = TcpServer.on("127.0.0.1", socket -> sendZeros(socket, ENDLESS))) {
            InetSocketAddress frontend = serve(server);
            for (int i = 0; i < connections; i++) {
                try (TcpClient client = TcpClient.connect(frontend)) {
                    client.read(128 * 1024);
                    if (i % 2 == 0) {
                        client.reset();
                    }
                }
            }
            Await.until("all have ended", () -> proxy.observer().closed().size() == connections);
            Await.until("pipes are closed", () -> endsOfPipes() - endsBefore <= LOOPS * MOST_IDLE_PIPES * ENDS);
        }
    }

    private InetSocketAddress serve(TcpServer server) {
        return proxy.serve("web", TestProxy.tcpFrontend(), server.backend());
    }

    /** Returns once a while has passed without a byte from the backend. */
    private void awaitStandstill() {
        long[] latest = {-1, System.nanoTime()};
        Await.until("nothing more comes from the backend", () -> {
            long bytes = proxy.observer().bytesFromBackend();
            if (bytes != latest[0]) {
                latest[0] = bytes;
                latest[1] = System.nanoTime();
            }
            return System.nanoTime() - latest[1] > Duration.ofMillis(300).toNanos();
        });
    }

    private static void sendUntilReset(Socket socket) {
        try {
            sendZeros(socket, ENDLESS);
        } catch (IOException _) {
            // it was closed
        }
    }

    private static void sendBulk(TcpClient client) {
        try {
            client.socket().getOutputStream().write(new byte[4 * MIB]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sendZeros(Socket socket, long size) throws IOException {
        byte[] block = new byte[64 * 1024];
        for (long left = size; left > 0; left -= block.length) {
            socket.getOutputStream().write(block, 0, (int) Math.min(left, block.length));
        }
    }

    private static void sendRandom(Socket socket, long size, MessageDigest digest) throws IOException {
        Random random = new Random(7);
        byte[] block = new byte[100_000];
        for (long left = size; left > 0; left -= block.length) {
            random.nextBytes(block);
            int length = (int) Math.min(left, block.length);
            digest.update(block, 0, length);
            socket.getOutputStream().write(block, 0, length);
        }
    }

    private static long endsOfPipes() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(ByteRelayIT::isPipe).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
