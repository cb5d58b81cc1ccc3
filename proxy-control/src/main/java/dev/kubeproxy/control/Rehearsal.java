package dev.kubeproxy.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A short life of the program with each of its sources, in which the JVM learns what to have ready at the next start.
 * {@code bin/make-aot-cache} runs it. It keeps to loopback addresses, and ends with an error when a part does not serve.
 */
final class Rehearsal {

    private static final String SERVICE = "127.96.0.1";
    private static final String METRICS = "127.95.0.1";
    private static final int PORT = 8001;
    private static final int SERVICES = 200;
    private static final int CONNECTIONS = 20;
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(120);
    private static final long PAUSE_MILLIS = 20;
    private static final int TIMEOUT_MILLIS = 5000;

    private final ServerSocket backend;
    private final Path directory;

    private Rehearsal(ServerSocket backend, Path directory) {
        this.backend = backend;
        this.directory = directory;
        Thread.ofPlatform().daemon().start(this::answer);
    }

    /** Performs. The argument is an empty directory, to put manifests into. */
    public static void main(String[] args) throws Exception {
        try (ServerSocket backend = new ServerSocket(0, 0, InetAddress.ofLiteral("127.0.0.1"))) {
            Rehearsal rehearsal = new Rehearsal(backend, Path.of(args[0]));
            rehearsal.followManifests();
            rehearsal.followCluster();
        }
        System.exit(0);
    }

    private void followManifests() throws Exception {
        for (int i = 1; i <= SERVICES; i++) {
            write(i, 1);
        }
        perform("--manifests=" + directory, () -> {
            for (int i = 1; i <= SERVICES; i++) {
                write(i, 2);
            }
            return null;
        });
    }

    private void followCluster() throws Exception {
        try (RehearsedCluster cluster = new RehearsedCluster(SERVICE, PORT, backend.getLocalPort())) {
            perform("--master=" + cluster.url(), () -> null);
        }
    }

    /** Starts the program, sends traffic through it before and after the scene, and stops it. */
    private static void perform(String source, Callable<Void> scene) throws Exception {
        Values values = new Flags()
                .parse(
                        source,
                        "--service-cluster-ip-range=127.96.0.0/12",
                        "--healthz-bind-address=" + METRICS + ":10256",
                        "--metrics-bind-address=" + METRICS + ":10249",
                        "--hostname-override=rehearsal")
                .values();
        ProxyConfiguration configuration = ConfigurationReader.read(values, Hostname::read);
        Logs.configure(configuration.logging());
        Program program = new Program(configuration, () -> new ConfigurationWriter(values).json());
        CompletableFuture<Void> run = CompletableFuture.runAsync(
                () -> {
                    try {
                        program.run();
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> Thread.ofPlatform().daemon().start(task));
        traffic(run);
        scene.call();
        traffic(run);
        program.stop();
        program.hurry();
        run.get(LONGEST, TimeUnit.NANOSECONDS);
    }

    private static void traffic(CompletableFuture<Void> run) throws Exception {
        long begin = System.nanoTime();
        for (int served = 0; served < CONNECTIONS; ) {
            try {
                request(SERVICE, PORT, "/");
                request(METRICS, 10249, "/metrics");
                request(METRICS, 10256, "/healthz");
                served++;
            } catch (IOException e) {
                if (run.isDone() || System.nanoTime() - begin > LONGEST) {
                    throw new IllegalStateException("the program does not serve", e);
                }
                pause(run);
            }
        }
    }

    /** Until the run ends, which it should not, or a moment is over. */
    private static void pause(CompletableFuture<Void> run) throws Exception {
        try {
            run.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // it runs on
        }
    }

    private static void request(String address, int port, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().readAllBytes().length == 0) {
                throw new IOException("no answer from " + address + ":" + port);
            }
        }
    }

    private void write(int i, int version) throws IOException {
        Path next = directory.resolve("next");
        Files.writeString(next, RehearsedCluster.manifest(i, version, PORT, backend.getLocalPort()));
        Files.move(next, directory.resolve("s" + i + ".yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void answer() {
        while (!backend.isClosed()) {
            try (Socket client = backend.accept()) {
                client.getInputStream().read();
                client.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            } catch (IOException _) {
                // the next one
            }
        }
    }
}
