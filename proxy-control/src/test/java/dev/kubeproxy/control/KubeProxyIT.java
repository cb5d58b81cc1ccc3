package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.TcpClient;
import dev.kubeproxy.server.testing.TcpServer;
import dev.kubeproxy.server.testing.UdpClient;
import dev.kubeproxy.server.testing.UdpEchoServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: its ports, its log, its end. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // a silent child fails a test, not hangs it
class KubeProxyIT {

    private static final Pattern KLOG_HEADER =
            Pattern.compile("([IWEF])\\d{4} \\d{2}:\\d{2}:\\d{2}\\.\\d{6} +(\\d+) (\\w+)] (.*)");
    private static final Pattern SERVING = Pattern.compile("Serving (health|metrics) on (127\\.0\\.0\\.1:\\d+)");

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    @Rule("P1")
    void logsAsKlogDoes() throws Exception {
        Process proxy = start("--init-only");
        Matcher line = KLOG_HEADER.matcher(proxy.errorReader().readLine());
        assertThat(line.matches()).isTrue();
        assertThat(line.group(1)).isEqualTo("I");
        assertThat(line.group(2)).isEqualTo(Long.toString(proxy.pid()));
        assertThat(line.group(3)).isEqualTo("KubeProxy");
        assertThat(proxy.waitFor()).isZero();
    }

    @Test
    @Rule("P1")
    void logsJsonLines() throws Exception {
        Process proxy = start("--init-only", "--logging-format=json");
        assertThat(proxy.errorReader().readLine())
                .matches("\\{\"ts\":\\d+,\"level\":\"info\",\"logger\":\"KubeProxy\",\"msg\":\"[^\"]+\",\"err\":\"\"}");
    }

    @Test
    @Rule("N10")
    void writesItsConfiguration() throws Exception {
        String file = directory.resolve("out.yaml").toString();
        assertThat(log(start("--write-config-to=" + file))).contains("Wrote configuration");
        assertThat(Files.readString(Path.of(file))).startsWith("apiVersion: kubeproxy.config.k8s.io/v1alpha1");
    }

    @Test
    @Rule({"O1", "O6"})
    void servesItsPortsUntilSigterm() throws Exception {
        Process proxy = start(
                "--manifests=" + directory,
                "--healthz-bind-address=127.0.0.1:" + freePort(),
                "--metrics-bind-address=127.0.0.1:" + freePort(),
                "--service-capture=bind",
                "--masquerade-all");
        BufferedReader log = proxy.errorReader();
        assertThat(log.readLine()).endsWith("Without meaning in userspace mode, ignored: --masquerade-all");
        assertThat(log.readLine()).contains("All flags other than --config, --write-config-to, and --cleanup");
        assertThat(log.readLine()).contains("nodePortAddresses is unset");
        assertThat(log.readLine()).contains("Starting kube-proxy userspace", "manifests in " + directory);
        assertThat(log.readLine()).endsWith("Using userspace Proxier.");
        String health = serving(log);
        String metrics = serving(log);
        assertThat(get(health, "/healthz")).contains("\"healthy\":true");
        assertThat(get(metrics, "/metrics")).contains("kubernetes_build_info", "kubeproxy_userspace_listeners", "jvm_");
        assertThat(get(metrics, "/metrics/slis")).contains("kubernetes_healthcheck{");
        assertThat(get(metrics, "/proxyMode")).isEqualTo("userspace");
        assertThat(get(metrics, "/configz")).contains("kubeproxy.config.k8s.io");
        assertThat(get(metrics, "/debug/flags/v")).isEqualTo("404 page not found\n");
        proxy.toHandle().destroy(); // Process.destroy would close the log too
        assertThat(proxy.waitFor()).isZero();
        assertThat(log.lines()).anyMatch(line -> line.endsWith("Stopping"));
    }

    @Test
    @Rule("K1")
    void aTakenPortEndsItWhereAskedFor() throws Exception {
        try (var taken = new ServerSocket(0)) {
            Process proxy = start(
                    "--manifests=" + directory,
                    "--healthz-bind-address=0.0.0.0:" + taken.getLocalPort(),
                    "--bind-address-hard-fail");
            assertThat(log(proxy)).contains("cannot serve health on 0.0.0.0:" + taken.getLocalPort());
            assertThat(proxy.waitFor()).isEqualTo(1);
        }
    }

    @Test
    @Rule("N9")
    void aChangedConfigurationFileEndsIt() throws Exception {
        Path file = configuration("0");
        Process proxy = start("--config=" + file, "--manifests=" + directory);
        BufferedReader log = proxy.errorReader();
        awaitLine(log, "Using userspace Proxier.");
        configuration("2");
        awaitLine(log, "content of the proxy server's configuration file was updated");
        assertThat(proxy.waitFor()).isEqualTo(1);
    }

    @Test
    @Rule("N9")
    void aChangedConfigurationFileIsTakenInWhereAskedFor() throws Exception {
        Path file = configuration("0");
        Process proxy = start("--config=" + file, "--manifests=" + directory, "--config-reload");
        BufferedReader log = proxy.errorReader();
        awaitLine(log, "Using userspace Proxier.");
        configuration("2");
        awaitLine(log, "config.conf changed, in force now: logging.verbosity");
        proxy.toHandle().destroy();
        assertThat(proxy.waitFor()).isZero();
    }

    @Test
    void aServerThatIsNoUrlIsOneLine() throws Exception {
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), """
            clusters: [{name: c, cluster: {server: "https://a b:x"}}]
            contexts: [{name: x, context: {cluster: c}}]
            current-context: x
            """);
        Process proxy = start("--kubeconfig=" + kubeconfig, "--healthz-bind-address=", "--metrics-bind-address=");
        assertThat(log(proxy))
                .contains("kubeconfig " + kubeconfig + " cannot be used: ")
                .doesNotContain("\tat ");
        assertThat(proxy.waitFor()).isEqualTo(1);
    }

    @Test
    @Rule("D9")
    void aDrainPolicyOfAllServicesClosesConnectionsWhoseEndpointIsGone() throws Exception {
        InetSocketAddress frontend = new InetSocketAddress("127.96.0.80", freePort());
        try (TcpServer backend = TcpServer.echo()) {
            serve("web", "{}", "TCP", frontend.getPort(), backend.port(), "127.0.0.1");
            startServing("--drain-policy=close");
            try (TcpClient client = connect(frontend)) {
                assertThat(client.send("hello").read(5)).isEqualTo("hello");
                serve("web", "{}", "TCP", frontend.getPort(), backend.port());
                assertThatThrownBy(client::readAll).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void connectionsAreLoggedWhereAskedFor() throws Exception {
        InetSocketAddress frontend = new InetSocketAddress("127.96.0.80", freePort());
        Path file = directory.resolve("access.log");
        try (TcpServer backend = TcpServer.naming("one")) {
            serve("web", "{}", "TCP", frontend.getPort(), backend.port(), "127.0.0.1");
            startServing("--access-log=" + file);
            try (TcpClient client = connect(frontend)) {
                assertThat(client.readAll()).isEqualTo("one");
            }
            Await.until("a line", () -> Files.size(file) > 0);
            assertThat(Files.readString(file))
                    .contains(
                            " default/web TCP client=127.0.0.1:",
                            "frontend=127.96.0.80:" + frontend.getPort(),
                            "backend=127.0.0.1:" + backend.port(),
                            "from_client=0 from_backend=3",
                            "attempts=1 reason=completed");
        }
    }

    @Test
    void aHangUpSignalIsAnsweredByALineOfItsState() throws Exception {
        Process proxy = start(
                "--manifests=" + directory,
                "--service-cluster-ip-range=127.96.0.0/16",
                "--healthz-bind-address=",
                "--metrics-bind-address=");
        BufferedReader log = proxy.errorReader();
        String line = log.readLine();
        while (!line.contains("changes are followed")) {
            line = log.readLine();
        }
        new ProcessBuilder("kill", "-HUP", Long.toString(proxy.pid())).start().waitFor();
        while (!line.contains("State: ")) {
            line = log.readLine();
        }
        assertThat(line)
                .contains("manifests in " + directory)
                .contains("0 Services served, listeners {}, 0 TCP connections, 0 UDP sessions");
        assertThat(proxy.isAlive()).isTrue();
    }

    @Test
    @Rule("G9")
    void aServiceMayAskForItsDatagramsToBeBalancedEachOnItsOwn() throws Exception {
        InetSocketAddress frontend = new InetSocketAddress("127.96.0.80", freePort());
        try (UdpEchoServer one = UdpEchoServer.on("127.0.0.2", 0, _ -> List.of(new byte[1]));
                UdpEchoServer two =
                        UdpEchoServer.on("127.0.0.3", one.backend().address().getPort(), _ -> List.of(new byte[2]));
                UdpClient client = UdpClient.of(frontend)) {
            serve(
                    "dns",
                    "{kubeproxy.dev/udp-balancing: datagram}",
                    "UDP",
                    frontend.getPort(),
                    one.backend().address().getPort(),
                    "127.0.0.2",
                    "127.0.0.3");
            startServing();
            Set<Integer> answers = new HashSet<>();
            Await.until("both backends answer the one client", () -> {
                client.send("who");
                client.receive(Duration.ofMillis(100)).ifPresent(answer -> answers.add(answer.payload().length));
                return answers.equals(Set.of(1, 2));
            });
            assertThat(one.peers()).isEqualTo(1);
            assertThat(two.peers()).isEqualTo(1);
        }
    }

    private void startServing(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of(
                "--manifests=" + directory,
                "--service-cluster-ip-range=127.96.0.0/16",
                "--service-capture=bind",
                "--healthz-bind-address=",
                "--metrics-bind-address="));
        start(all.toArray(String[]::new));
    }

    private static TcpClient connect(InetSocketAddress frontend) {
        AtomicReference<TcpClient> connected = new AtomicReference<>();
        Await.until("served", () -> {
            try {
                connected.set(TcpClient.connect(frontend));
                return true;
            } catch (ConnectException e) {
                return false;
            }
        });
        return connected.get();
    }

    /** Writes a Service at 127.96.0.80 with one port, and its endpoints. */
    private void serve(String name, String annotations, String protocol, int port, int targetPort, String... addresses)
            throws IOException {
        String endpoints = Stream.of(addresses)
                .map(address -> "{addresses: [" + address + "]}")
                .collect(Collectors.joining(", "));
        Path draft = Files.writeString(directory.resolve(name + ".draft"), """
            apiVersion: v1
            kind: Service
            metadata: {name: %1$s, annotations: %2$s}
            spec:
              clusterIP: 127.96.0.80
              ports: [{protocol: %3$s, port: %4$d}]
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: %1$s-1, labels: {kubernetes.io/service-name: %1$s}}
            addressType: IPv4
            ports: [{name: '', protocol: %3$s, port: %5$d}]
            endpoints: [%6$s]
            """.formatted(
                        name, annotations, protocol, port, targetPort, endpoints));
        Files.move(draft, directory.resolve(name + ".yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Process start(String... args) throws IOException {
        // Whoever runs the tests may ignore hang-ups, as under nohup, which processes inherit.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("jvm.flags").split(" ", -1)));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), KubeProxy.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private static String log(Process proxy) throws Exception {
        assertThat(proxy.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return String.join("\n", proxy.errorReader().lines().toList());
    }

    private static String serving(BufferedReader log) throws IOException {
        Matcher line = SERVING.matcher(log.readLine());
        assertThat(line.find()).isTrue();
        return line.group(2);
    }

    private static String get(String address, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                    .build();
            return client.send(request, BodyHandlers.ofString()).body();
        }
    }

    private Path configuration(String verbosity) throws IOException {
        return Files.writeString(directory.resolve("config.conf"), """
            apiVersion: kubeproxy.config.k8s.io/v1alpha1
            kind: KubeProxyConfiguration
            healthzBindAddress: 127.0.0.1:0
            metricsBindAddress: 127.0.0.1:0
            logging: {verbosity: %s}
            """.formatted(verbosity));
    }

    private static void awaitLine(BufferedReader log, String end) throws IOException {
        String line = log.readLine();
        while (line != null && !line.endsWith(end)) {
            line = log.readLine();
        }
        assertThat(line).endsWith(end);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
