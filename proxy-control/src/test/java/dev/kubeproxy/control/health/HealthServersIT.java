package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.control.sync.SyncStatus;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.testing.Rule;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServersIT {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(Addresses.parse("127.0.0.1"), 0);
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ProxyHealth health = new ProxyHealth(new SyncStatus(() -> NOON, Duration.ofMinutes(1)), () -> NOON);
    private final HealthServer healthServer =
            new HealthServer(ANY_PORT, health, List.of("IPv4", "IPv6"), registry, taken::add);
    private final AtomicInteger verbosity = new AtomicInteger();
    private final MetricsServer metricsServer = metricsServer(Optional.of(verbosity::set));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        healthServer.close();
        metricsServer.close();
    }

    @Test
    @Rule("K2")
    void healthzTellsTheStateAsKubeProxyDoes() throws Exception {
        healthServer.start(true);
        HttpResponse<String> answer = get(healthServer.boundAddress(), "/healthz");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.body())
                .isEqualTo("{\"lastUpdated\":\"2026-11-23T12:00:00Z\",\"currentTime\":\"2026-11-23T12:00:00Z\","
                        + "\"nodeEligible\":true,\"healthy\":true,\"status\":{"
                        + "\"IPv4\":{\"lastUpdated\":\"2026-11-23T12:00:00Z\",\"healthy\":true},"
                        + "\"IPv6\":{\"lastUpdated\":\"2026-11-23T12:00:00Z\",\"healthy\":true}}}");
        assertThat(get(healthServer.boundAddress(), "/livez").body()).doesNotContain("nodeEligible");
        assertThat(get(healthServer.boundAddress(), "/").statusCode()).isEqualTo(404);
    }

    /** A probe of life must not restart a proxy for its node's sake. */
    @Test
    @Rule("K4")
    void aNodeThatIsGoingIsAliveButWantsNoClients() throws Exception {
        healthServer.start(true);
        health.nodeEligible(false);
        HttpResponse<String> healthz = get(healthServer.boundAddress(), "/healthz");
        assertThat(healthz.statusCode()).isEqualTo(503);
        assertThat(healthz.body()).contains("\"nodeEligible\":false,\"healthy\":false,\"status\":{\"IPv4\":{");
        HttpResponse<String> livez = get(healthServer.boundAddress(), "/livez");
        assertThat(livez.statusCode()).isEqualTo(200);
        assertThat(livez.body()).contains("\"healthy\":true").doesNotContain("nodeEligible");
        health.nodeEligible(true);
        assertThat(get(healthServer.boundAddress(), "/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    @Rule({"K5", "O6"})
    void aStoppingProxyIsAliveButNotReady() throws Exception {
        healthServer.start(true);
        health.onShutdown();
        assertThat(get(healthServer.boundAddress(), "/healthz").statusCode()).isEqualTo(503);
        assertThat(get(healthServer.boundAddress(), "/healthz").statusCode()).isEqualTo(503);
        assertThat(get(healthServer.boundAddress(), "/livez").statusCode()).isEqualTo(200);
        assertThat(registry.scrape())
                .contains("kubeproxy_proxy_healthz_total{code=\"200\"} 0.0")
                .contains("kubeproxy_proxy_healthz_total{code=\"503\"} 2.0")
                .contains("kubeproxy_proxy_livez_total{code=\"200\"} 1.0");
    }

    /** Or a rollout would go on while its pods serve nothing. */
    @Test
    void beforeTheFirstSyncItIsHealthyButNotReady() throws Exception {
        healthServer.start(true);
        assertThat(get(healthServer.boundAddress(), "/healthz").statusCode()).isEqualTo(200);
        HttpResponse<String> readyz = get(healthServer.boundAddress(), "/readyz");
        assertThat(readyz.statusCode()).isEqualTo(503);
        assertThat(readyz.body()).contains("\"nodeEligible\":true,\"healthy\":false,");
        assertThat(registry.scrape())
                .contains("kubeproxy_proxy_readyz_total{code=\"200\"} 0.0")
                .contains("kubeproxy_proxy_readyz_total{code=\"503\"} 1.0");
    }

    @Test
    @Rule({"D7", "K9"})
    void metricsPortTellsModeConfigurationAndServices() throws Exception {
        metricsServer.start(true);
        HttpResponse<String> mode = get(metricsServer.boundAddress(), "/proxyMode");
        assertThat(mode.body()).isEqualTo("userspace");
        assertThat(mode.headers().firstValue("Content-Type")).contains("text/plain; charset=utf-8");
        assertThat(mode.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(get(metricsServer.boundAddress(), "/healthz").body()).isEqualTo("ok");
        assertThat(get(metricsServer.boundAddress(), "/configz").body()).isEqualTo("{\"a\":1}");
        assertThat(get(metricsServer.boundAddress(), "/services").body()).isEqualTo("NAME TYPE\n");
        assertThat(mode.headers().firstValue("Content-Length")).contains("9");
        HttpResponse<String> configz = get(metricsServer.boundAddress(), "/configz");
        assertThat(configz.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(configz.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    @Rule({"K1", "K9"})
    void allElseIsNotFound() throws Exception {
        healthServer.start(true);
        metricsServer.start(true);
        for (String path : List.of("/", "/metrics", "/healthz/", "/healthz/ping", "/proxyMode")) {
            assertThat(get(healthServer.boundAddress(), path).statusCode())
                    .as("health port %s", path)
                    .isEqualTo(404);
        }
        for (String path : List.of(
                "/",
                "/livez",
                "/readyz",
                "/metrics/",
                "/proxymode",
                "/statusz",
                "/flagz",
                "/debug/pprof/",
                "/debug/flags/")) {
            HttpResponse<String> answer = get(metricsServer.boundAddress(), path);
            assertThat(answer.statusCode()).as("metrics port %s", path).isEqualTo(404);
            assertThat(answer.body()).isEqualTo("404 page not found\n");
        }
    }

    @Test
    @Rule("K9")
    void checksOfTheMetricsPortsHealthAreCountedAsKubernetesDoes() throws Exception {
        metricsServer.start(true);
        get(metricsServer.boundAddress(), "/healthz");
        get(metricsServer.boundAddress(), "/healthz");
        HttpResponse<String> slis = get(metricsServer.boundAddress(), "/metrics/slis");
        assertThat(slis.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(slis.body())
                .contains("# TYPE kubernetes_healthcheck gauge\n")
                .contains("kubernetes_healthcheck{name=\"ping\",type=\"healthz\"} 1")
                .contains("# TYPE kubernetes_healthchecks_total counter\n")
                .contains("kubernetes_healthchecks_total{name=\"ping\",status=\"success\",type=\"healthz\"} 2");
        assertThat(get(metricsServer.boundAddress(), "/metrics").body()).doesNotContain("kubernetes_healthcheck");
    }

    @Test
    @Rule("K9")
    void theVerbosityIsSetWhereAllowed() throws Exception {
        metricsServer.start(true);
        HttpResponse<String> set = put(metricsServer, "4");
        assertThat(set.statusCode()).isEqualTo(200);
        assertThat(set.body()).isEqualTo("successfully set klog.logging.verbosity to 4\n");
        assertThat(set.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(verbosity).hasValue(4);
        for (String nonsense : List.of("", "x", "-1", "101", "4 5", "1".repeat(5000))) {
            HttpResponse<String> refused = put(metricsServer, nonsense);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).startsWith("failed set klog.logging.verbosity ");
        }
        assertThat(verbosity).hasValue(4);
        HttpResponse<String> asked = get(metricsServer.boundAddress(), "/debug/flags/v");
        assertThat(asked.statusCode()).isEqualTo(406);
        assertThat(asked.body()).isEqualTo("unsupported http method\n");
        try (MetricsServer closed = metricsServer(Optional.empty())) {
            closed.start(true);
            assertThat(put(closed, "4").statusCode()).isEqualTo(404);
        }
    }

    @Test
    @Rule("K9")
    void theProcessIsLookedIntoWhereAllowed() throws Exception {
        metricsServer.start(true);
        assertThat(get(metricsServer.boundAddress(), "/debug/").body()).contains("/debug/threads");
        assertThat(get(metricsServer.boundAddress(), "/debug/threads").body())
                .contains("\"main\"", "theProcessIsLookedIntoWhereAllowed");
        assertThat(get(metricsServer.boundAddress(), "/debug/heap").body()).contains("java.lang.String");
        try (MetricsServer closed = metricsServer(Optional.empty())) {
            closed.start(true);
            for (String path : List.of("/debug/", "/debug/threads", "/debug/heap", "/debug/jfr", "/debug/jfr/start")) {
                assertThat(get(closed.boundAddress(), path).statusCode())
                        .as(path)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void aFlightRecordingIsStartedAndItsEndAnswersWithIt() throws Exception {
        metricsServer.start(true);
        assertThat(get(metricsServer.boundAddress(), "/debug/jfr/start").statusCode())
                .isEqualTo(405);
        assertThat(post("/debug/jfr/stop").statusCode()).isEqualTo(409);
        assertThat(post("/debug/jfr/start").statusCode()).isEqualTo(200);
        assertThat(post("/debug/jfr/start").statusCode()).isEqualTo(409);
        assertThat(get(metricsServer.boundAddress(), "/debug/jfr").body()).isEqualTo("a recording runs\n");
        HttpResponse<String> recording = post("/debug/jfr/stop");
        assertThat(recording.statusCode()).isEqualTo(200);
        assertThat(recording.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(recording.body()).as("the first bytes of such a file").startsWith("FLR\0");
        assertThat(get(metricsServer.boundAddress(), "/debug/jfr").body()).isEqualTo("no recording runs\n");
    }

    @Test
    void metricsComeInTheFormatAskedFor() throws Exception {
        registry.counter("kubeproxy.test").increment();
        metricsServer.start(true);
        HttpResponse<String> plain = get(metricsServer.boundAddress(), "/metrics");
        assertThat(plain.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(plain.body()).contains("kubeproxy_test_total 1.0").doesNotContain("# EOF");
        HttpResponse<String> open = send(request(metricsServer.boundAddress(), "/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
                .build());
        assertThat(open.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void headAnswersWithoutABodyAndOtherMethodsAreRefused() throws Exception {
        metricsServer.start(true);
        HttpResponse<String> head =
                send(request(metricsServer.boundAddress(), "/proxyMode").HEAD().build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("9");
        assertThat(head.body()).isEmpty();
        HttpResponse<String> post = send(request(metricsServer.boundAddress(), "/proxyMode")
                .POST(BodyPublishers.noBody())
                .build());
        assertThat(post.statusCode()).isEqualTo(405);
    }

    /** As kube-proxy's: HAProxy asks with OPTIONS unless told otherwise. */
    @Test
    @Rule({"K2", "K9"})
    void pagesOfHealthAnswerAnyMethodAsGet() throws Exception {
        healthServer.start(true);
        metricsServer.start(true);
        for (String method : List.of("OPTIONS", "POST", "PUT", "DELETE", "PROPFIND")) {
            for (String path : List.of("/healthz", "/livez")) {
                HttpResponse<String> answer = send(request(healthServer.boundAddress(), path)
                        .method(method, BodyPublishers.noBody())
                        .build());
                assertThat(answer.statusCode()).as(method).isEqualTo(200);
                assertThat(answer.body()).contains("\"healthy\":true");
            }
            assertThat(ask(method + " /healthz", "Host: x"))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\nok");
            assertThat(ask(method + " /metrics", "Host: x")).startsWith("HTTP/1.1 405 ");
        }
    }

    @Test
    void clientsThatSendHalfARequestHoldUpNobody() throws Exception {
        healthServer.start(true);
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Socket socket = new Socket();
            socket.connect(healthServer.boundAddress().orElseThrow());
            socket.getOutputStream().write("GET /healthz HT".getBytes(StandardCharsets.US_ASCII));
            slow.add(socket);
        }
        assertThat(get(healthServer.boundAddress(), "/healthz").statusCode()).isEqualTo(200);
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @Test
    @Rule("K1")
    void aTakenAddressIsAnErrorWhereAskedFor() throws Exception {
        try (ServerSocket holder = new ServerSocket(0, 1, ANY_PORT.getAddress())) {
            InetSocketAddress address = (InetSocketAddress) holder.getLocalSocketAddress();
            try (HealthServer server = new HealthServer(address, health, List.of("IPv4"), registry, taken::add)) {
                assertThatThrownBy(() -> server.start(true))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("cannot serve health on")
                        .hasMessageContaining("in use");
                assertThat(taken).singleElement().asString().contains("cannot serve health on", "in use");
            }
        }
    }

    @Test
    @Rule("K1")
    void aTakenAddressIsServedOnceItIsFree() throws Exception {
        Page.Source here = _ -> Page.text(200, "here");
        ServerSocket holder = new ServerSocket(0, 1, ANY_PORT.getAddress());
        InetSocketAddress address = (InetSocketAddress) holder.getLocalSocketAddress();
        try (HttpPort port =
                new HttpPort("test", address, _ -> here, taken::add, Limits.USUAL, Duration.ofMillis(10))) {
            port.bindOrRetry();
            assertThat(port.boundAddress()).isEmpty();
            holder.close();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (port.boundAddress().isEmpty() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(get(port.boundAddress(), "/").body()).isEqualTo("here");
            assertThat(taken).singleElement().asString().contains("cannot serve test on");
        }
    }

    @Test
    void aPageThatFailsIsAnErrorForItsClientOnly() throws Exception {
        Page.Source broken = _ -> {
            throw new IllegalStateException("on purpose, by a test");
        };
        try (HttpPort port = new HttpPort("test", ANY_PORT, Map.of("/broken", broken))) {
            port.bind();
            assertThat(get(port.boundAddress(), "/broken").statusCode()).isEqualTo(500);
            assertThat(get(port.boundAddress(), "/broken").statusCode()).isEqualTo(500);
        }
    }

    /** As a browser asks that a page of others has led here. */
    @Test
    void askedByAForeignNameTheMetricsPortTellsFiguresOnly() throws Exception {
        metricsServer.start(true);
        for (String path : List.of("/", "/status/services", "/services", "/configz", "/proxyMode", "/debug/threads")) {
            assertThat(ask("GET " + path, "Host: evil.example")).as(path).startsWith("HTTP/1.1 403 ");
        }
        assertThat(ask("GET /configz", "Host: evil.example"))
                .contains("\"evil.example\" is not a name of this node: ask by an IP address");
        for (String path : List.of("/metrics", "/metrics/slis", "/healthz")) {
            assertThat(ask("GET " + path, "Host: node.scrapers.example:10249"))
                    .as(path)
                    .startsWith("HTTP/1.1 200 ");
        }
        for (String host : List.of("127.0.0.1:10249", "[::1]", "localhost:8001", "node-1")) {
            assertThat(ask("GET /configz", "Host: " + host)).as(host).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void pagesOfOthersChangeNothing() throws Exception {
        metricsServer.start(true);
        String set = "Host: 127.0.0.1:10249\r\nContent-Length: 1";
        assertThat(ask("PUT /debug/flags/v", set + "\r\nOrigin: http://evil.example\r\n\r\n7"))
                .startsWith("HTTP/1.1 403 ")
                .contains("a page of \"http://evil.example\" may not change anything here");
        assertThat(ask("POST /debug/jfr/start", "Host: evil.example\r\nOrigin: http://evil.example"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(get(metricsServer.boundAddress(), "/debug/jfr").body()).isEqualTo("no recording runs\n");
        assertThat(verbosity).hasValue(0);
        assertThat(ask("PUT /debug/flags/v", set + "\r\nOrigin: http://127.0.0.1:10249\r\n\r\n7"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(verbosity).hasValue(7);
    }

    /** Java's own client names no host but the one that it connects to. */
    private String ask(String what, String headers) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(metricsServer.boundAddress().orElseThrow());
            socket.setSoTimeout(10_000);
            String request = what + " HTTP/1.1\r\nConnection: close\r\n" + headers + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private MetricsServer metricsServer(Optional<IntConsumer> sets) {
        var contents = new MetricsServer.Contents(
                registry, () -> "{\"a\":1}", () -> "NAME TYPE\n", _ -> Optional.empty(), sets);
        return new MetricsServer(ANY_PORT, "node-1", contents, taken::add);
    }

    private HttpResponse<String> post(String path) throws Exception {
        return send(request(metricsServer.boundAddress(), path)
                .POST(BodyPublishers.noBody())
                .build());
    }

    private HttpResponse<String> put(MetricsServer server, String body) throws Exception {
        return send(request(server.boundAddress(), "/debug/flags/v")
                .PUT(BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> get(Optional<InetSocketAddress> address, String path) throws Exception {
        return send(request(address, path).build());
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(Optional<InetSocketAddress> address, String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + address.orElseThrow().getPort() + path))
                .timeout(Duration.ofSeconds(10));
    }
}
