package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.events.EventQueue;
import dev.kubeproxy.control.testing.FakeApiServer;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.control.testing.RecordingSink;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubeEventsIT {

    private static final String EVENTS = "/apis/events.k8s.io/v1/namespaces/%s/events";

    /** What the ClusterRole system:node-proxier lets kube-proxy do, and this program does not go beyond. */
    private static final Set<String> RIGHTS = Set.of(
            "list " + FakeApiServer.SERVICES,
            "watch " + FakeApiServer.SERVICES,
            "list " + FakeApiServer.NODES,
            "watch " + FakeApiServer.NODES,
            "list " + FakeApiServer.SLICES,
            "watch " + FakeApiServer.SLICES,
            "list /apis/discovery.k8s.io/v1", // what the server has, which everybody may ask
            "create " + EVENTS.formatted("default"),
            "create " + EVENTS.formatted("shop"));

    private final FakeApiServer server =
            new FakeApiServer(FakeApiServer.SERVICES, FakeApiServer.SLICES, FakeApiServer.NODES);
    private final EventQueue queue = new EventQueue(Ticker.SYSTEM);

    @SuppressWarnings("NullAway.Init") // before each test
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // before each test
    private KubeEvents events;

    @BeforeEach
    void start() {
        server.start();
        client = new KubeClients(RequestObserver.NONE).connect(Optional.empty(), Optional.of(server.url()));
        events = new KubeEvents(client, "node1", queue);
    }

    @AfterEach
    void stop() {
        events.close();
        client.close();
        server.close();
    }

    @Test
    @Rule("P2")
    void theStartIsAnEventOnTheNode() {
        queue.tell(Event.starting());
        events.start();
        Await.until("it is written", () -> server.created().size() == 1);
        assertThat(server.created().getFirst())
                .startsWith(EVENTS.formatted("default"))
                .contains("\"reason\":\"Starting\"", "\"action\":\"StartKubeProxy\"", "\"type\":\"Normal\"")
                .contains("\"note\":\"Starting kube-proxy.\"")
                .contains("\"reportingController\":\"kube-proxy\"", "\"reportingInstance\":\"kube-proxy-node1\"")
                .contains("\"kind\":\"Node\",\"name\":\"node1\",\"uid\":\"node1\"")
                .containsPattern("\"eventTime\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z\"")
                .doesNotContain("deprecated");
    }

    @Test
    @Rule("P2")
    void anEventOnAServiceIsInItsNamespaceAndFoundByItsId() {
        Service service = KubeYaml.object(Service.class, "metadata: {name: web, namespace: shop, uid: u-1}");
        events.onSeen(service);
        var subject = new Event.Subject.OfService(new ServiceName("shop", "web"));
        queue.tell(Event.warning(subject, "FailedToStartServiceHealthcheck", "Listen", "in use"));
        events.start();
        Await.until("it is written", () -> server.created().size() == 1);
        assertThat(server.created().getFirst())
                .startsWith(EVENTS.formatted("shop"))
                .contains("\"type\":\"Warning\"", "\"namespace\":\"shop\"")
                .contains("\"kind\":\"Service\",\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"u-1\"");
    }

    @Test
    @Rule("P2")
    void anOldServerGetsANodesEventsWhereItWantsThem() {
        server.refuse("create " + EVENTS.formatted("default"), 422);
        events.start();
        queue.tell(Event.starting());
        queue.tell(Event.noHealthPort("in use"));
        Await.until("both are written", () -> server.created().size() == 2);
        assertThat(server.created()).allMatch(event -> event.startsWith(EVENTS.formatted("kube-system")));
        assertThat(server.requests("create " + EVENTS.formatted("default"))).isEqualTo(1);
    }

    @Test
    void whatTheServerRefusesIsToldOnceAndTheNextIsTriedAllTheSame() {
        server.refuse("create " + EVENTS.formatted("shop"), 403);
        try (CapturedLog log = new CapturedLog(KubeEvents.class)) {
            events.start();
            for (String name : List.of("a", "b")) {
                queue.tell(Event.warning(new Event.Subject.OfService(new ServiceName("shop", name)), "R", "A", "note"));
            }
            queue.tell(Event.starting());
            Await.until("the last is written", () -> server.created().size() == 1);
            assertThat(log.lines()).singleElement().asString().contains("Cannot write events", "403");
        }
        assertThat(server.requests("create " + EVENTS.formatted("shop"))).isEqualTo(2);
    }

    @Test
    void aNamespaceThatIsGoingIsNoMissingRight() {
        server.refuse("create " + EVENTS.formatted("going"), 403, "NamespaceTerminating");
        server.refuse("create " + EVENTS.formatted("shop"), 403);
        try (CapturedLog log = new CapturedLog(KubeEvents.class)) {
            events.start();
            tell("going");
            Await.until("it is refused", () -> server.requests("create " + EVENTS.formatted("going")) == 1);
            assertThat(log.lines()).isEmpty();
            tell("shop");
            Await.until("the other is told of", () -> !log.lines().isEmpty());
            assertThat(server.requests("create " + EVENTS.formatted("going"))).isEqualTo(1);
            assertThat(log.lines()).hasSize(1);
        }
    }

    private void tell(String namespace) {
        queue.tell(Event.warning(new Event.Subject.OfService(new ServiceName(namespace, "web")), "R", "A", "note"));
    }

    @Test
    void aServerThatIsAwayHoldsUpNobodyAndNotTheEnd() {
        server.stop();
        events.start();
        queue.tell(Event.starting());
        long began = System.nanoTime();
        events.close();
        assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
    }

    @Test
    @Rule("Q1")
    void theProgramAsksForNoMoreThanANodesProxyMay() {
        server.put(FakeApiServer.SERVICES, KubeYaml.object(Service.class, """
            metadata: {name: web, namespace: shop, uid: u-1}
            spec: {clusterIP: 10.96.0.1, ports: [{port: 90, protocol: SCTP}]}
            """));
        events.start();
        queue.tell(Event.starting());
        RecordingSink sink = new RecordingSink();
        var observers = new KubeSource.Observers(events, RequestObserver.NONE);
        try (KubeSource source = new KubeSource(client, "node1", sink, null, observers)) {
            source.start();
            sink.awaitSynced();
            Await.until("both events are written", () -> server.created().size() == 2);
            Await.until(
                    "all is watched",
                    () -> server.requests("watch " + FakeApiServer.NODES) > 0
                            && server.requests("watch " + FakeApiServer.SLICES) > 0);
        }
        assertThat(RIGHTS).containsAll(server.kindsOfRequests());
    }
}
