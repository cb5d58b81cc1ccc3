package dev.kubeproxy.control.health;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.control.desired.ServiceHealth;
import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.sync.SyncStatus;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.FreePort;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceHealthServersIT {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final ServiceName WEB = new ServiceName("shop", "web");
    private static final InetAddress LOOPBACK = Addresses.parse("127.0.0.1");

    private final ProxyHealth health = new ProxyHealth(new SyncStatus(() -> NOON, Duration.ofMinutes(1)), () -> NOON);
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final ServiceHealthServers servers = new ServiceHealthServers(health, events::add);
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = FreePort.next();

    @AfterEach
    void close() {
        client.close();
        servers.close();
    }

    @Test
    @Rule("K6")
    void aServiceWithEndpointsHereAnswersOnAnyPathHowManyTheyAre() throws Exception {
        apply(18);
        HttpResponse<String> answer = get("/any/path");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("X-Load-Balancing-Endpoint-Weight"))
                .contains("18");
        assertThat(answer.body())
                .isEqualTo("{\n\t\"service\": {\n\t\t\"namespace\": \"shop\",\n\t\t\"name\": \"web\"\n"
                        + "\t},\n\t\"localEndpoints\": 18,\n\t\"serviceProxyHealthy\": true\n}");
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    @Rule("K6")
    void itAnswersWhateverIsAskedFor() throws Exception {
        apply(18);
        for (String what : List.of("OPTIONS /", "POST /x", "GET /a|b", "GET /%zz", "GET mailto:x", "OPTIONS *")) {
            try (Socket socket = new Socket(LOOPBACK, port)) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write((what + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .as(what)
                        .startsWith("HTTP/1.1 200 ")
                        .contains("\"localEndpoints\": 18");
            }
        }
    }

    @Test
    @Rule("K6")
    void aServiceWithoutEndpointsHereAndAProxyThatEndsAnswer503() throws Exception {
        apply(0);
        assertThat(get("/").statusCode()).isEqualTo(503);
        assertThat(get("/").headers().firstValue("X-Load-Balancing-Endpoint-Weight"))
                .contains("0");
        apply(2);
        assertThat(get("/").statusCode()).isEqualTo(200);
        health.onShutdown();
        assertThat(get("/").statusCode()).isEqualTo(503);
        assertThat(get("/").body()).contains("\"localEndpoints\": 2,\n\t\"serviceProxyHealthy\": false");
    }

    @Test
    @Rule("K7")
    void thatTheNodeIsGoingDoesNotMatter() throws Exception {
        health.nodeEligible(false);
        apply(1);
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    @Rule("K8")
    void thePortComesChangesAndGoesWithTheService() throws Exception {
        apply(1);
        assertThat(get("/").statusCode()).isEqualTo(200);
        int next = FreePort.next();
        apply(WEB, new ServiceHealth(next, Set.of(LOOPBACK), 0));
        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
        assertThat(get(LOOPBACK, next, "/").statusCode()).isEqualTo(503);
        servers.apply(Map.of(WEB, Optional.empty()));
        assertThatThrownBy(() -> get(LOOPBACK, next, "/")).isInstanceOf(IOException.class);
        servers.apply(Map.of(WEB, Optional.empty()));
        assertThat(events).isEmpty();
    }

    @Test
    @Rule("K8")
    void aPortPassesFromOneServiceToAnotherInOneRound() throws Exception {
        for (int i = 0; i < 10; i++) { // whatever order they come in
            ServiceName next = new ServiceName("shop", "next-" + i);
            apply(WEB, new ServiceHealth(port, Set.of(LOOPBACK), 1));
            servers.apply(
                    Map.of(WEB, Optional.empty(), next, Optional.of(new ServiceHealth(port, Set.of(LOOPBACK), 1))));
            assertThat(get("/").body()).contains("\"name\": \"next-" + i + "\"");
            servers.apply(Map.of(next, Optional.empty()));
        }
        assertThat(events).isEmpty();
    }

    @Test
    @Rule("K8")
    void itListensOnTheAddressesOfNodePortsAndFollowsThem() throws Exception {
        InetAddress second = Addresses.parse("127.0.0.2");
        apply(WEB, new ServiceHealth(port, Set.of(LOOPBACK), 1));
        assertThatThrownBy(() -> get(second, port, "/")).isInstanceOf(IOException.class);
        apply(WEB, new ServiceHealth(port, Set.of(LOOPBACK, second), 1));
        assertThat(get(second, port, "/").statusCode()).isEqualTo(200);
        apply(WEB, new ServiceHealth(port, Set.of(second), 1));
        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
        assertThat(get(second, port, "/").statusCode()).isEqualTo(200);
    }

    @Test
    @Rule("K8")
    void oneSocketServesAllAddressesOfBothFamilies() throws Exception {
        apply(WEB, new ServiceHealth(port, Set.of(Addresses.parse("0.0.0.0"), Addresses.parse("::")), 1));
        assertThat(requireNonNull(servers.server(WEB)).boundAddresses()).hasSize(1);
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(events).isEmpty();
    }

    @Test
    @Rule("K8")
    void aPortThatIsTakenIsAnEventAndHarmsNoOtherService() throws Exception {
        try (ServerSocket holder = new ServerSocket()) {
            holder.bind(new InetSocketAddress(LOOPBACK, port));
            apply(1);
            ServiceName other = new ServiceName("shop", "other");
            int otherPort = FreePort.next();
            apply(other, new ServiceHealth(otherPort, Set.of(LOOPBACK), 1));
            assertThat(get(LOOPBACK, otherPort, "/").statusCode()).isEqualTo(200);
            assertThat(events).singleElement().satisfies(event -> {
                assertThat(event.about()).isEqualTo(new Event.Subject.OfService(WEB));
                assertThat(event.reason()).isEqualTo("FailedToStartServiceHealthcheck");
                assertThat(event.action()).isEqualTo("Listen");
                assertThat(event.note()).contains("shop/web", "127.0.0.1:" + port, "in use");
            });
        }
        apply(1);
        Await.until(
                "it is served once it is free",
                () -> !requireNonNull(servers.server(WEB)).boundAddresses().isEmpty());
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    private void apply(int localEndpoints) {
        apply(WEB, new ServiceHealth(port, Set.of(LOOPBACK), localEndpoints));
    }

    private void apply(ServiceName service, ServiceHealth now) {
        servers.apply(Map.of(service, Optional.of(now)));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return get(LOOPBACK, port, path);
    }

    private HttpResponse<String> get(InetAddress address, int number, String path) throws Exception {
        URI uri = URI.create("http://" + Addresses.text(address, number) + path);
        return client.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    }
}
