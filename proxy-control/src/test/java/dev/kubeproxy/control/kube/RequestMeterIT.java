package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.testing.FakeApiServer;
import dev.kubeproxy.control.testing.RecordingSink;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Rule("M3")
class RequestMeterIT implements RequestObserver {

    private final FakeApiServer server =
            new FakeApiServer(FakeApiServer.SERVICES, FakeApiServer.SLICES, FakeApiServer.NODES);
    private final RecordingSink sink = new RecordingSink();
    private final List<Duration> durations = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void failuresAndAnswersAreToldWithTheirServer() {
        server.start();
        server.stop();
        server.refuse("list " + FakeApiServer.NODES, 403);
        String host = server.url().replace("http://", "");
        try (var client = new KubeClients(this).connect(Optional.empty(), Optional.of(server.url()));
                var source = new KubeSource(
                        client, "node1", sink, null, new KubeSource.Observers(ObjectObserver.NONE, this))) {
            source.start();
            Await.until("failures are told", () -> requests.contains("GET " + host + " none"));
            server.start();
            sink.awaitSynced();
            Await.until("lists are told", () -> requests.contains("GET " + host + " 200"));
            Await.until("refusals are told", () -> requests.contains("GET " + host + " 403"));
        }
        assertThat(durations).isNotEmpty().allMatch(Duration::isPositive);
        assertThat(requests).allMatch(request -> request.startsWith("GET " + host));
    }

    @Override
    public void onAnswer(String method, String host, int code) {
        requests.add(method + " " + host + " " + code);
    }

    @Override
    public void onDuration(String method, String host, Duration took) {
        durations.add(took);
    }

    @Override
    public void onFailure(String method, String host) {
        requests.add(method + " " + host + " none");
    }
}
