package dev.kubeproxy.control;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

    private static final InetSocketAddress SERVICE = at("127.96.0.1", 8001);
    private static final InetSocketAddress METRICS = at("127.95.0.1", 10249);
    private static final InetSocketAddress HEALTHZ = at("127.95.0.1", 10256);
    private static final int SERVICES = 5;
    private static final int CONNECTIONS = 2;
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(120);
    private static final long PAUSE_MILLIS = 20;
    private static final int TIMEOUT_MILLIS = 5000;

    private final RehearsedBackend backend;
    private final Path directory;

    private Rehearsal(RehearsedBackend backend, Path directory) {
        this.backend = backend;
        this.directory = directory;
    }

    /** Performs. The argument is an empty directory, to put manifests into. */
    public static void main(String[] args) throws Exception {
        try (RehearsedBackend backend = new RehearsedBackend()) {
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
        Path kubeconfig = directory.resolveSibling("kubeconfig");
        try (RehearsedCluster cluster = new RehearsedCluster(SERVICE, backend.port())) {
            Files.writeString(kubeconfig, """
                    apiVersion: v1
                    kind: Config
                    current-context: rehearsal
                    contexts: [{name: rehearsal, context: {cluster: rehearsal, user: rehearsal}}]
                    clusters: [{name: rehearsal, cluster: {server: "%s"}}]
                    users: [{name: rehearsal, user: {}}]
                    """.formatted(cluster.url()));
            perform("--kubeconfig=" + kubeconfig, () -> null);
        }
    }

    /** Runs the program as from the command line, sends traffic through it before and after the scene, and stops it. */
    private static void perform(String source, Callable<Void> scene) throws Exception {
        KubeProxy program = new KubeProxy(System.out, System.err, _ -> {});
        CompletableFuture<Integer> run = CompletableFuture.supplyAsync(
                () -> program.run(
                        source,
                        "--service-cluster-ip-range=127.96.0.0/12",
                        "--healthz-bind-address=" + text(HEALTHZ),
                        "--metrics-bind-address=" + text(METRICS),
                        "--hostname-override=rehearsal"),
                task -> Thread.ofPlatform().daemon().start(task));
        traffic(run);
        scene.call();
        traffic(run);
        Signals.raise("TERM");
        Signals.raise("INT"); // there is nothing to wait for
        int code = run.get(LONGEST, TimeUnit.NANOSECONDS);
        if (code != 0) {
            throw new IllegalStateException("the program ended with " + code);
        }
    }

    private static void traffic(CompletableFuture<Integer> run) throws Exception {
        long begin = System.nanoTime();
        for (int served = 0; served < CONNECTIONS; ) {
            try {
                request(SERVICE, "/");
                datagram();
                request(METRICS, "/metrics");
                request(HEALTHZ, "/healthz");
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
    private static void pause(CompletableFuture<Integer> run) throws Exception {
        try {
            run.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // it runs on
        }
    }

    private static void request(InetSocketAddress server, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + text(server) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().readAllBytes().length == 0) {
                throw new IOException("no answer from " + server);
            }
        }
    }

    private static void datagram() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(SERVICE);
            socket.send(new DatagramPacket(new byte[1], 1));
            socket.receive(new DatagramPacket(new byte[1], 1));
        }
    }

    private void write(int i, int version) throws IOException {
        Path next = directory.resolve("next");
        Files.writeString(next, RehearsedCluster.manifest(i, version, SERVICE.getPort(), backend.port()));
        Files.move(next, directory.resolve("s" + i + ".yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }
}
