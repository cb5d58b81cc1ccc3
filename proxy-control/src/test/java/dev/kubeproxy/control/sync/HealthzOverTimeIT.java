package dev.kubeproxy.control.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.health.HealthServer;
import dev.kubeproxy.control.health.ProxyHealth;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.testing.Rule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the health pages answer while time goes by, changes wait and the Node comes and goes. */
class HealthzOverTimeIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final SyncStatus status = new SyncStatus(() -> now, TIMEOUT.dividedBy(2));
    private final ProxyHealth health = new ProxyHealth(status, () -> now);

    @Test
    @Rule({"K2", "K3", "K4"})
    void thePagesFollowWhatWaitsTheNodeAndTheFirstSync() throws Exception {
        var address = new InetSocketAddress(Addresses.parse("127.0.0.1"), 0);
        try (HttpClient client = HttpClient.newHttpClient();
                var server = new HealthServer(address, health, List.of("IPv4"), new SimpleMeterRegistry(), _ -> {})) {
            server.start(true);
            var asked = new Asked(client, server);
            asked.expect("at the start", 200, 200, 503);
            elapse(25);
            asked.expect("before the first sync, however long that takes", 200, 200, 503);
            sync();
            asked.expect("after a sync", 200, 200, 200);
            elapse(25);
            asked.expect("nothing changed for long", 200, 200, 200);
            queue();
            asked.expect("a change came in just now", 200, 200, 200);
            elapse(25);
            asked.expect("it waits longer than the timeout", 503, 503, 503);
            sync();
            asked.expect("it was synced", 200, 200, 200);
            health.nodeEligible(false);
            asked.expect("the Node is tainted, or gone", 503, 200, 503);
            queue();
            elapse(25);
            asked.expect("and a change waits", 503, 503, 503);
            sync();
            health.nodeEligible(true);
            asked.expect("the Node is back", 200, 200, 200);
        }
    }

    private record Asked(HttpClient client, HealthServer server) {

        void expect(String when, int healthz, int livez, int readyz) throws Exception {
            assertThat(List.of(code("/healthz"), code("/livez"), code("/readyz")))
                    .as(when)
                    .containsExactly(healthz, livez, readyz);
        }

        private int code(String path) throws Exception {
            int port = server.boundAddress().orElseThrow().getPort();
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        }
    }

    private void queue() {
        status.onQueued(List.of(), new SyncObserver.Pending(1, 0, 0));
    }

    private void sync() {
        status.onRound();
        status.onSynced(1);
    }

    private void elapse(int seconds) {
        now = now.plusSeconds(seconds);
    }
}
