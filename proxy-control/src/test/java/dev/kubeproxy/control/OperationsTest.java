package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.access.AccessFormat;
import dev.kubeproxy.control.access.AccessLog;
import dev.kubeproxy.control.desired.Standing;
import dev.kubeproxy.control.health.HealthServer;
import dev.kubeproxy.control.health.ProxyHealth;
import dev.kubeproxy.control.sync.SyncStatus;
import dev.kubeproxy.server.ProxyServer;
import dev.kubeproxy.server.ProxyServerConfig;
import dev.kubeproxy.server.metrics.PerService;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That docs/operations.md names what there is, and nothing else. */
class OperationsTest {

    private static final Path ROOT = Path.of("..");
    private static final Path MANUAL = ROOT.resolve("docs/operations.md");

    /** A call of a logger at a level that {@code -v=2} shows, and the text that follows. */
    private static final Pattern LOG_LINE = Pattern.compile("(?i)\\blog(?:ger)?\\s*\\.(?:info|warn|error|debug|log)\\("
            + "\\s*(?:[^\"();]*\\?[^\"();]*,\\s*)?((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*\\+?\\s*)+)");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern METRIC =
            Pattern.compile("`((?:kubeproxy|kubernetes|process|rest_client)_[a-z0-9_]+)`");

    @TempDir
    Path directory;

    private final String manual = Files.readString(MANUAL);

    OperationsTest() throws IOException {}

    @Test
    void everyFlagIsThere() {
        for (Setting<?> setting : Settings.ALL) {
            if (!setting.flag().isEmpty()) {
                String dashes = setting.flag().length() == 1 ? "-" : "--";
                assertThat(manual).contains("`" + dashes + setting.flag() + "`");
            }
        }
    }

    @Test
    void defaultsAndFieldsAreTheSettings() {
        Settings.ALL.stream()
                .filter(setting -> !setting.ignored() && !setting.flag().isEmpty())
                .forEach(setting -> assertThat(manual)
                        .contains("%s` | %s | %s | %s |\n"
                                .formatted(
                                        setting.flag(),
                                        code(setting.field()),
                                        code(setting.fallback()),
                                        setting.help())));
    }

    @Test
    void everyCloseReasonIsThereWithItsOrigin() {
        for (CloseReason reason : CloseReason.values()) {
            assertThat(manual)
                    .contains("| `%s` | %s |"
                            .formatted(reason, reason.origin().name().toLowerCase(Locale.ROOT)));
        }
    }

    @Test
    void everyMetricIsThereAndNoOther() throws IOException {
        Set<String> scraped = scraped();
        scraped.forEach(metric -> assertThat(manual).contains("`" + metric + "`"));
        Set<String> named = METRIC.matcher(manual)
                .results()
                .map(match -> match.group(1))
                .filter(name -> !name.endsWith("_"))
                .collect(Collectors.toCollection(TreeSet::new));
        named.removeAll(Set.of("kubernetes_healthcheck", "kubernetes_healthchecks_total")); // another page's
        assertThat(scraped).containsAll(named);
    }

    @Test
    void everyLogLineIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String line : logLines()) {
            if (!manual.contains("`" + line + "`")) {
                missing.add(line);
            }
        }
        assertThat(missing).isEmpty();
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static Set<String> logLines() throws IOException {
        Set<String> lines = new TreeSet<>();
        try (Stream<Path> modules = Stream.of("proxy-control", "proxy-server").map(ROOT::resolve)) {
            for (Path module : modules.toList()) {
                try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                            .toList()) {
                        LOG_LINE.matcher(Files.readString(file))
                                .results()
                                .map(OperationsTest::line)
                                .forEach(lines::add);
                    }
                }
            }
        }
        return lines;
    }

    private static String line(MatchResult call) {
        return LITERAL.matcher(call.group(1))
                .results()
                .map(literal -> literal.group(1))
                .collect(Collectors.joining())
                .replace("\\\"", "\"")
                .replace("{}", "…");
    }

    /** The names of all metrics, once everything has happened that is counted. */
    private Set<String> scraped() throws IOException {
        var telemetry = new ProxyConfiguration.Telemetry(PerService.ON, false, Optional.empty());
        var health = new ProxyHealth(new SyncStatus(Instant::now, Duration.ofMinutes(1)), Instant::now);
        var options = new AccessLog.Options(Optional.of(directory.resolve("access.log")), AccessFormat.TEXT, 1);
        try (Metrics metrics = new Metrics(BuildInfo.read(), List.of(IpFamily.IPV4), telemetry);
                ProxyServer server = new ProxyServer(ProxyServerConfig.standard(Transport.NIO, 1), ProxyObserver.NOOP);
                AccessLog log = AccessLog.open(options);
                HealthServer _ = new HealthServer(
                        new InetSocketAddress(0), health, List.of("IPv4"), metrics.registry(), _ -> {})) {
            metrics.watch(server);
            metrics.watch(log);
            count(metrics);
            return metrics.registry()
                    .scrape()
                    .lines()
                    .filter(line -> line.startsWith("# TYPE "))
                    .map(line -> line.split(" ", -1)[2])
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static void count(Metrics metrics) {
        ServicePortName web = name(Protocol.TCP);
        Backend backend = Backend.of(Addresses.parse("10.244.0.1"), 80);
        ServicePortObserver connections = metrics.observer().servicePort(web);
        connections.onPool(new BackendPool(List.of(backend), new Affinity.ClientIp(Duration.ofHours(3))));
        connections.onAccept();
        connections.onDial(backend, 1);
        connections.onClose(CloseReason.COMPLETED);
        ServicePortObserver sessions = metrics.observer().servicePort(name(Protocol.UDP));
        sessions.onSessionOpen();
        sessions.onDatagramDropped(CloseReason.DENIED);
        sessions.onSessionClose(CloseReason.IDLE);
        metrics.observer()
                .onListener(new ListenerStatus(
                        new Frontend(Addresses.parse("10.96.0.1"), 80, Protocol.TCP),
                        web,
                        new ListenerStatus.State.Failed("in use", 1)));
        metrics.sync()
                .onEndpoints(Map.of(
                        web, Arrays.stream(Standing.values()).collect(Collectors.toMap(standing -> standing, _ -> 1))));
        metrics.requests().onAnswer("GET", "10.0.0.1:6443", 200);
        metrics.requests().onDuration("GET", "10.0.0.1:6443", Duration.ofMillis(1));
    }

    private static ServicePortName name(Protocol protocol) {
        return new ServicePortName(new ServiceName("default", "web"), "http", protocol);
    }
}
