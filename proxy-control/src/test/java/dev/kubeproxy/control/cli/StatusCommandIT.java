package dev.kubeproxy.control.cli;

import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.unready;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.Specs;
import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.status.StatusFixture;
import dev.kubeproxy.server.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class StatusCommandIT {

    private final StatusFixture fixture = new StatusFixture();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String server = "";

    @BeforeEach
    void start() throws IOException {
        server = fixture.serve();
        fixture.apply(
                service("web", "10.96.0.10", tcp("", 80)),
                slice("web-1", "web", 8080, ready("10.244.0.1"), unready("10.244.0.2")));
        fixture.traffic("web", 3, 10, 1000);
    }

    @AfterEach
    void end() {
        fixture.close();
    }

    @Test
    void servicesAreATable() {
        assertThat(run("--interval=1")).isZero();
        assertThat(text(out).lines().toList().getFirst().split(" +", -1))
                .containsExactly(
                        "NAMESPACE",
                        "NAME",
                        "TYPE",
                        "CLUSTER-IP",
                        "EXTERNAL-IP",
                        "PORT(S)",
                        "AGE",
                        "ENDPOINTS",
                        "OPEN",
                        "NEW/S");
        assertThat(text(out).lines().toList().getLast().split(" +", -1))
                .containsExactly(
                        "default", "web", "ClusterIP", "10.96.0.10", "<none>", "80/TCP", "<unknown>", "1/2", "3", "0");
    }

    @Test
    void wideAddsBytesAndFailures() {
        assertThat(run("services", "-o", "wide", "--interval=1")).isZero();
        assertThat(text(out)).contains("IN-BYTES/S", "OUT-BYTES/S", "FAILED-DIALS/S");
    }

    @Test
    void whyNamesEachEndpointAndTheRule() {
        assertThat(run("why", "default/web")).isZero();
        assertThat(text(out))
                .contains("clients of the cluster IP (Cluster) go to the one endpoint")
                .containsPattern("10\\.244\\.0\\.1:8080 +ready +<none> +Cluster +yes +it is ready")
                .containsPattern("10\\.244\\.0\\.2:8080 +not ready +<none> +Cluster +no +it is not ready");
    }

    @Test
    void addressesThatAreNotServedHereAreNamedWithTheReason() {
        fixture.apply(
                Specs.withExternal(service("web", "10.96.0.10", tcp("", 80)), "192.168.1.6", ""),
                new NodeSpec("node2", "", Specs.addresses("192.168.1.6")));
        assertThat(run("why", "default/web")).isZero();
        assertThat(run("service", "default/web")).isZero();
        assertThat(text(out))
                .containsSubsequence(
                        "Not served here: 192.168.1.6: another Node's\n",
                        "Not served here: 192.168.1.6: another Node's\n");
    }

    @Test
    void anEndpointThatLeadsBackIsToldOf() {
        fixture.leadsBack = Specs.backend("10.244.0.1:8080");
        assertThat(run("why", "default/web")).isZero();
        assertThat(text(out)).containsOnlyOnce("ready, but served by this proxy: not dialled");
    }

    @Test
    void aServiceIsDescribed() {
        assertThat(run("service", "default/web")).isZero();
        assertThat(text(out))
                .contains("Cluster IP:   10.96.0.10")
                .containsPattern("10\\.244\\.0\\.1:8080 .*Cluster 100%");
    }

    @Test
    void documentsAreForPrograms() {
        assertThat(run("service", "default/web", "-o", "json")).isZero();
        assertThat(new JsonMapper().readTree(text(out)).get("name").asString()).isEqualTo("web");
        out.reset();
        assertThat(run("services", "-o", "yaml", "--interval=1")).isZero();
        assertThat(text(out)).contains("name: \"web\"", "active: 3");
    }

    @Test
    void connectionsListenersAndEventsAreLists() {
        fixture.events.tell(Event.starting());
        assertThat(run("connections")).isZero();
        assertThat(run("listeners")).isZero();
        assertThat(run("events")).isZero();
        assertThat(text(out)).contains("BACKEND", "0 listen, 0 fail", "Starting kube-proxy.");
    }

    @Test
    void connectionsThatAreLeftOutAreCounted() {
        fixture.connectionsLeftOut = 3;
        assertThat(run("connections")).isZero();
        assertThat(text(out)).endsWith("and 3 more, open for less time\n");
    }

    @Test
    void aRefusalIsPrintedAsTheProxySaysIt() throws Exception {
        HttpServer refusing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        refusing.createContext("/", exchange -> {
            try (exchange) {
                byte[] why = "ask otherwise\n".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(403, why.length);
                exchange.getResponseBody().write(why);
            }
        });
        refusing.start();
        try {
            server = "127.0.0.1:" + refusing.getAddress().getPort();
            assertThat(run("listeners")).isEqualTo(1);
            assertThat(text(err)).contains(server + "/status/listeners answered 403: ask otherwise");
        } finally {
            refusing.stop(0);
        }
    }

    @Test
    void watchShowsItAgainWithRatesBetween() throws Exception {
        Thread watching = Thread.ofPlatform().start(() -> run("--watch", "--interval=20"));
        List<Long> opened = new ArrayList<>(List.of(10L));
        try {
            Await.until("a rate", () -> {
                opened.add(opened.getLast() + 1000);
                fixture.traffic("web", 3, opened.getLast(), 1000);
                return text(out).matches("(?s).*NAMESPACE.*NAMESPACE.* 3 +[0-9.]+[kM]\\n.*");
            });
        } finally {
            watching.interrupt();
            watching.join();
        }
        assertThat(text(out).lines().filter(line -> line.startsWith("NAMESPACE")))
                .hasSizeGreaterThan(1);
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        assertThat(run("service", "default/none")).isEqualTo(1);
        assertThat(run("service")).isEqualTo(1);
        assertThat(run("services", "default/web")).isEqualTo(1);
        assertThat(run("nonsense")).isEqualTo(1);
        assertThat(text(err))
                .contains(
                        "this proxy serves no Service default/none",
                        "service wants a Service's NAMESPACE/NAME",
                        "services takes no name",
                        "nonsense");
    }

    @Test
    void aProxyThatDoesNotAnswerIsNamed() {
        fixture.close();
        assertThat(run("listeners")).isEqualTo(1);
        assertThat(text(err)).contains("no proxy answers on " + server);
    }

    private int run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--server=" + server);
        return StatusCommand.run(
                all.toArray(String[]::new),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
