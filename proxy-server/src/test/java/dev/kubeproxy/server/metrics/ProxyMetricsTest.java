package dev.kubeproxy.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProxyMetricsTest {

    private static final ServicePortName WEB = name("web", Protocol.TCP);
    private static final ServicePortName DNS = name("dns", Protocol.UDP);

    private static final Backend BACKEND = Backend.of(Addresses.parse("10.0.0.1"), 80);

    private final ProxyMetrics observer = new ProxyMetrics(PerService.AUTO, false);

    @Test
    void countsConnectionsByHowTheyEnd() {
        ServicePortObserver web = observer.servicePort(WEB);
        for (int i = 0; i < 4; i++) {
            web.onAccept();
        }
        web.onClose(CloseReason.COMPLETED);
        web.onClose(CloseReason.BACKEND_RESET);
        web.onClose(CloseReason.BACKEND_RESET);
        assertThat(figure("connections_opened", "service", "web")).isEqualTo(4);
        assertThat(figure("connections_active", "service", "web")).isEqualTo(1);
        assertThat(figure("connections_closed", "reason", "completed", "origin", "none"))
                .isEqualTo(1);
        assertThat(figure("connections_closed", "reason", "backend_reset", "origin", "upstream"))
                .isEqualTo(2);
    }

    @Test
    void countsBytesOfEachDirection() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onBytesFromClient(10);
        web.onBytesFromBackend(700);
        web.onBytesFromBackend(300);
        assertThat(figure("bytes", "from", "client")).isEqualTo(10);
        assertThat(figure("bytes", "from", "backend")).isEqualTo(1000);
    }

    @Test
    void countsAndTimesDialsThatSucceedAndThatFail() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onDial(BACKEND, 2_000_000);
        web.onDialFailure(BACKEND, 251_000_000);
        web.onDialRetry();
        HistogramDataPointSnapshot dials = dials(observer);
        assertThat(dials.getClassicBuckets().getCount(2)).as("up to 5 ms").isEqualTo(1);
        assertThat(dials.getClassicBuckets().getCount(6)).as("250 to 500 ms").isEqualTo(1);
        assertThat(dials.getSum()).isEqualTo(0.253);
        assertThat(figure("dial_failures")).isEqualTo(1);
        assertThat(figure("dial_retries")).isEqualTo(1);
    }

    @Test
    void aTimeBeyondAllBoundsIsCounted() {
        observer.servicePort(WEB).onDialFailure(BACKEND, Duration.ofHours(1).toNanos());
        assertThat(dials(observer).getClassicBuckets().getCount(9)).isEqualTo(1);
    }

    @Test
    void namesBackendsBesideTheirTimesOnlyWhenAsked() {
        ProxyMetrics telling = new ProxyMetrics(PerService.AUTO, true);
        for (ProxyMetrics metrics : List.of(observer, telling)) {
            metrics.servicePort(WEB).onDial(BACKEND, 2_000_000);
        }
        assertThat(dials(observer).getExemplars().size()).isZero();
        assertThat(dials(telling).getExemplars()).singleElement().satisfies(exemplar -> {
            assertThat(exemplar.getLabels().get("backend")).isEqualTo("10.0.0.1:80");
            assertThat(exemplar.getValue()).isEqualTo(0.002);
        });
    }

    @Test
    void countsSessionsAndDatagrams() {
        ServicePortObserver dns = observer.servicePort(DNS);
        dns.onSessionOpen();
        dns.onDatagramFromClient(40);
        dns.onDatagramFromBackend(90);
        dns.onDatagramDropped(CloseReason.NO_BACKEND);
        assertThat(figure("sessions_active", "protocol", "UDP")).isEqualTo(1);
        dns.onSessionClose(CloseReason.IDLE);
        assertThat(figure("sessions_opened")).isEqualTo(1);
        assertThat(figure("sessions_active")).isZero();
        assertThat(figure("sessions_closed", "reason", "idle")).isEqualTo(1);
        assertThat(figure("datagrams", "from", "client")).isEqualTo(1);
        assertThat(figure("bytes", "from", "backend")).isEqualTo(90);
        assertThat(figure("datagrams_dropped", "reason", "no_backend")).isEqualTo(1);
    }

    @Test
    void idlePortsHaveAPoolSizeAndNothingElse() {
        observer.servicePort(WEB).onPool(pool("10.0.0.1", "10.0.0.2"));
        observer.servicePort(DNS);
        assertThat(namesOf(WEB)).containsExactly("pool_endpoints");
        assertThat(figure("pool_endpoints", "service", "web")).isEqualTo(2);
        assertThat(figure("pool_endpoints", "service", "dns")).isZero();
    }

    @Test
    void countsPinnedClientsWhereThereIsAffinity() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onServed(() -> 7);
        web.onPool(pool("10.0.0.1"));
        assertThat(namesOf(WEB)).doesNotContain("affinity_clients");
        web.onPool(new BackendPool(List.of(BACKEND), new Affinity.ClientIp(Duration.ofHours(3))));
        assertThat(figure("affinity_clients")).isEqualTo(7);
    }

    @Test
    void tellsEndpointsByState() {
        observer.servicePort(WEB);
        observer.endpoints(
                WEB, List.of(new EndpointCount("ready", "", 2), new EndpointCount("excluded", "not_ready", 1)));
        observer.endpoints(DNS, List.of(new EndpointCount("ready", "", 9)));
        assertThat(figure("endpoints", "state", "ready")).isEqualTo(2);
        assertThat(figure("endpoints", "state", "excluded", "reason", "not_ready"))
                .isEqualTo(1);
        assertThat(namesOf(DNS)).as("a port that nobody serves").isEmpty();
    }

    @Test
    void withManyPortsFiguresAreSums() {
        List<ServicePortName> names = IntStream.rangeClosed(0, Detail.MOST_PORTS)
                .mapToObj(i -> name("web-" + i, Protocol.TCP))
                .toList();
        names.forEach(name -> {
            ServicePortObserver port = observer.servicePort(name);
            port.onPool(pool("10.0.0.1", "10.0.0.2"));
            port.onAccept();
            observer.endpoints(name, List.of(new EndpointCount("ready", "", 2)));
        });
        assertThat(namesOf(names.getFirst())).isEmpty();
        assertThat(figure("connections_opened", "protocol", "TCP")).isEqualTo(names.size());
        assertThat(figure("pool_endpoints", "ip_family", "IPv4")).isEqualTo(2 * names.size());
        assertThat(figure("endpoints", "state", "ready")).isEqualTo(2 * names.size());
        assertThat(figure("service_ports")).isEqualTo(names.size());
    }

    @Test
    void sumsDoNotFallWhenAPortGoes() {
        ProxyMetrics sums = new ProxyMetrics(PerService.OFF, false);
        ServicePortObserver web = sums.servicePort(WEB);
        web.onAccept();
        web.onClose(CloseReason.COMPLETED);
        sums.onServicePortGone(WEB);
        assertThat(point(sums, "connections_opened"))
                .isInstanceOfSatisfying(
                        CounterDataPointSnapshot.class,
                        opened -> assertThat(opened.getValue()).isEqualTo(1));
    }

    @Test
    void figuresOfEachPortComeBackWhenFewAreLeft() {
        List<ServicePortName> names = IntStream.rangeClosed(0, Detail.MOST_PORTS)
                .mapToObj(i -> name("web-" + i, Protocol.TCP))
                .toList();
        names.forEach(observer::servicePort);
        assertThat(namesOf(names.getFirst())).isEmpty();
        names.subList(Detail.FEW_PORTS, names.size()).forEach(observer::onServicePortGone);
        assertThat(namesOf(names.getFirst())).as("still as many").isEmpty();
        observer.onServicePortGone(names.get(1));
        assertThat(namesOf(names.getFirst())).containsExactly("pool_endpoints");
    }

    @Test
    void countsSwapsAndTheTimeOfTheirUpdate() {
        observer.onPoolSwaps(3, 50_000);
        assertThat(figure("pool_swaps")).isEqualTo(3);
        assertThat(point(observer, "update_duration_seconds"))
                .isInstanceOfSatisfying(
                        HistogramDataPointSnapshot.class,
                        update -> assertThat(update.getSum()).isEqualTo(0.000_05));
    }

    @Test
    void timesHowLateEventLoopsAre() {
        observer.onEventLoopLag(3_000_000);
        assertThat(point(observer, "event_loop_lag_seconds"))
                .isInstanceOfSatisfying(
                        HistogramDataPointSnapshot.class,
                        lag -> assertThat(lag.getClassicBuckets().getCount(2)).isEqualTo(1));
    }

    @Test
    void figuresLeaveWithAnIdlePort() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        web.onClose(CloseReason.COMPLETED);
        assertThat(namesOf(WEB)).isNotEmpty();
        observer.onServicePortGone(WEB);
        assertThat(namesOf(WEB)).isEmpty();
    }

    @Test
    void figuresOfAGonePortStayUntilItsLastConnectionEnds() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        observer.onServicePortGone(WEB);
        web.onBytesFromBackend(5);
        assertThat(figure("bytes", "from", "backend")).isEqualTo(5);
        assertThat(namesOf(WEB)).doesNotContain("pool_endpoints");
        web.onClose(CloseReason.CLIENT_RESET);
        assertThat(namesOf(WEB)).isEmpty();
    }

    @Test
    void stragglersOfAGonePortLeaveNoFigures() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        web.onClose(CloseReason.COMPLETED);
        observer.onServicePortGone(WEB);
        web.onAccept();
        web.onClose(CloseReason.BACKEND_RESET);
        assertThat(namesOf(WEB)).isEmpty();
    }

    @Test
    void aPortThatReturnsWhileInUseGoesOnCounting() {
        observer.servicePort(WEB).onAccept();
        observer.onServicePortGone(WEB);
        ServicePortObserver again = observer.servicePort(WEB);
        again.onAccept();
        assertThat(figure("connections_active")).isEqualTo(2);
    }

    @Test
    void aPortThatReturnsLaterStartsAtZero() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        web.onClose(CloseReason.COMPLETED);
        observer.onServicePortGone(WEB);
        observer.servicePort(WEB).onAccept();
        assertThat(figure("connections_opened")).isEqualTo(1);
    }

    @Test
    void countsListenersByState() {
        Frontend frontend = new Frontend(Addresses.parse("10.96.0.1"), 80, Protocol.TCP);
        observer.onListener(new ListenerStatus(frontend, WEB, new ListenerStatus.State.Failed("in use", 1)));
        observer.onListener(new ListenerStatus(frontend, WEB, new ListenerStatus.State.Bound()));
        observer.onListener(
                new ListenerStatus(frontend, name("other", Protocol.TCP), new ListenerStatus.State.Conflict(WEB)));
        assertThat(listeners()).containsExactly(1, 0, 1);
        assertThat(figure("listener_unbound", "frontend", "10.96.0.1:80/TCP", "service", "other", "state", "conflict"))
                .isEqualTo(1);
        observer.onListenerClosed(new ListenerStatus(frontend, WEB, new ListenerStatus.State.Bound()));
        assertThat(listeners()).containsExactly(0, 0, 1);
    }

    @Test
    void countsEpisodesWithoutDescriptors() {
        observer.onDescriptorsExhausted();
        assertThat(figure("descriptors_exhausted")).isEqualTo(1);
        observer.onDescriptorsAvailable();
        assertThat(figure("descriptors_exhausted")).isZero();
        assertThat(figure("descriptors_exhaustions")).isEqualTo(1);
    }

    private double figure(String name, String... labels) {
        return switch (point(observer, name, labels)) {
            case CounterDataPointSnapshot counter -> counter.getValue();
            case GaugeDataPointSnapshot gauge -> gauge.getValue();
            default -> throw new AssertionError(name + " is neither counter nor gauge");
        };
    }

    /** The one that has all these labels among its own. */
    private static DataPointSnapshot point(ProxyMetrics metrics, String name, String... labels) {
        List<? extends DataPointSnapshot> found = metrics.collect().stream()
                .filter(family -> family.getMetadata().getName().equals(ProxyMetrics.PREFIX + name))
                .flatMap(family -> family.getDataPoints().stream())
                .filter(point -> IntStream.iterate(0, i -> i < labels.length, i -> i + 2)
                        .allMatch(i -> labels[i + 1].equals(point.getLabels().get(labels[i]))))
                .toList();
        assertThat(found).as(name + List.of(labels)).hasSize(1);
        return found.getFirst();
    }

    private static HistogramDataPointSnapshot dials(ProxyMetrics metrics) {
        return (HistogramDataPointSnapshot) point(metrics, "dial_duration_seconds");
    }

    private List<Integer> listeners() {
        return Stream.of("bound", "failed", "conflict")
                .map(state -> (int) figure("listeners", "state", state))
                .toList();
    }

    /** The metrics that have figures of the port. */
    private List<String> namesOf(ServicePortName name) {
        return observer.collect().stream()
                .filter(family -> family.getDataPoints().stream()
                        .anyMatch(point ->
                                name.service().name().equals(point.getLabels().get("service"))))
                .map(family -> family.getMetadata().getName().substring(ProxyMetrics.PREFIX.length()))
                .toList();
    }

    private static BackendPool pool(String... addresses) {
        return new BackendPool(
                Stream.of(addresses)
                        .map(address -> Backend.of(Addresses.parse(address), 80))
                        .toList(),
                Affinity.NONE);
    }

    private static ServicePortName name(String service, Protocol protocol) {
        return new ServicePortName(new ServiceName("default", service), "p", protocol);
    }
}
