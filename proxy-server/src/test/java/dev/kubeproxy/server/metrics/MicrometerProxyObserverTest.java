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
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MicrometerProxyObserverTest {

    private static final ServicePortName WEB = name("web", Protocol.TCP);
    private static final ServicePortName DNS = name("dns", Protocol.UDP);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerProxyObserver observer = new MicrometerProxyObserver(registry);

    @Test
    void countsConnectionsByHowTheyEnd() {
        ServicePortObserver web = observer.servicePort(WEB);
        for (int i = 0; i < 4; i++) {
            web.onAccept();
        }
        web.onClose(CloseReason.COMPLETED);
        web.onClose(CloseReason.BACKEND_RESET);
        web.onClose(CloseReason.BACKEND_RESET);
        assertThat(figure("connections.opened", "service", "web")).isEqualTo(4);
        assertThat(figure("connections.active", "service", "web")).isEqualTo(1);
        assertThat(figure("connections.closed", "reason", "completed", "origin", "none"))
                .isEqualTo(1);
        assertThat(figure("connections.closed", "reason", "backend_reset", "origin", "upstream"))
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
        web.onDial(2_000_000);
        web.onDialFailure(3_000_000);
        FunctionTimer dials =
                registry.get(MicrometerProxyObserver.PREFIX + "dial.duration").functionTimer();
        assertThat(dials.count()).isEqualTo(2);
        assertThat(dials.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(5);
        assertThat(figure("dial.failures")).isEqualTo(1);
    }

    @Test
    void countsSessionsAndDatagrams() {
        ServicePortObserver dns = observer.servicePort(DNS);
        dns.onSessionOpen();
        dns.onDatagramFromClient(40);
        dns.onDatagramFromBackend(90);
        dns.onDatagramDropped(CloseReason.NO_BACKEND);
        assertThat(figure("sessions.active", "protocol", "UDP")).isEqualTo(1);
        dns.onSessionClose(CloseReason.IDLE);
        assertThat(figure("sessions.opened")).isEqualTo(1);
        assertThat(figure("sessions.active")).isZero();
        assertThat(figure("sessions.closed", "reason", "idle")).isEqualTo(1);
        assertThat(figure("datagrams", "from", "client")).isEqualTo(1);
        assertThat(figure("bytes", "from", "backend")).isEqualTo(90);
        assertThat(figure("datagrams.dropped", "reason", "no_backend")).isEqualTo(1);
    }

    @Test
    void idlePortsHaveAPoolSizeButNoMeters() {
        observer.servicePort(WEB).onPool(pool("10.0.0.1", "10.0.0.2"));
        observer.servicePort(DNS);
        assertThat(metersOf(WEB)).isEmpty();
        assertThat(pools()).containsExactlyInAnyOrderEntriesOf(Map.of(WEB, 2, DNS, 0));
    }

    @Test
    void metersLeaveWithAnIdlePort() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        web.onClose(CloseReason.COMPLETED);
        assertThat(metersOf(WEB)).isNotEmpty();
        observer.onServicePortGone(WEB);
        assertThat(metersOf(WEB)).isEmpty();
        assertThat(pools()).isEmpty();
    }

    @Test
    void metersOfAGonePortStayUntilItsLastConnectionEnds() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        observer.onServicePortGone(WEB);
        web.onBytesFromBackend(5);
        assertThat(figure("bytes", "from", "backend")).isEqualTo(5);
        assertThat(pools()).isEmpty();
        web.onClose(CloseReason.CLIENT_RESET);
        assertThat(metersOf(WEB)).isEmpty();
    }

    @Test
    void stragglersOfAGonePortLeaveNoMeters() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        web.onClose(CloseReason.COMPLETED);
        observer.onServicePortGone(WEB);
        web.onAccept();
        web.onClose(CloseReason.BACKEND_RESET);
        assertThat(metersOf(WEB)).isEmpty();
    }

    @Test
    void aPortThatReturnsWhileInUseGoesOnCounting() {
        observer.servicePort(WEB).onAccept();
        observer.onServicePortGone(WEB);
        ServicePortObserver again = observer.servicePort(WEB);
        again.onAccept();
        assertThat(figure("connections.active")).isEqualTo(2);
    }

    @Test
    void aPortThatReturnsLaterStartsAtZero() {
        ServicePortObserver web = observer.servicePort(WEB);
        web.onAccept();
        web.onClose(CloseReason.COMPLETED);
        observer.onServicePortGone(WEB);
        observer.servicePort(WEB).onAccept();
        assertThat(figure("connections.opened")).isEqualTo(1);
    }

    @Test
    void countsListenersByState() {
        Frontend frontend = new Frontend(Addresses.parse("10.96.0.1"), 80, Protocol.TCP);
        observer.onListener(new ListenerStatus(frontend, WEB, new ListenerStatus.State.Failed("in use", 1)));
        observer.onListener(new ListenerStatus(frontend, WEB, new ListenerStatus.State.Bound()));
        observer.onListener(
                new ListenerStatus(frontend, name("other", Protocol.TCP), new ListenerStatus.State.Conflict(WEB)));
        assertThat(listeners()).containsExactly(1, 0, 1);
        observer.onListenerClosed(new ListenerStatus(frontend, WEB, new ListenerStatus.State.Bound()));
        assertThat(listeners()).containsExactly(0, 0, 1);
    }

    @Test
    void countsEpisodesWithoutDescriptors() {
        observer.onDescriptorsExhausted();
        assertThat(figure("descriptors.exhausted")).isEqualTo(1);
        observer.onDescriptorsAvailable();
        assertThat(figure("descriptors.exhausted")).isZero();
        assertThat(figure("descriptors.exhaustions")).isEqualTo(1);
    }

    private double figure(String name, String... tags) {
        Meter meter =
                registry.get(MicrometerProxyObserver.PREFIX + name).tags(tags).meter();
        Measurement first = meter.measure().iterator().next();
        return first.getValue();
    }

    private List<Integer> listeners() {
        return Stream.of("bound", "failed", "conflict")
                .map(state -> (int) figure("listeners", "state", state))
                .toList();
    }

    private List<Meter> metersOf(ServicePortName name) {
        return registry.getMeters().stream()
                .filter(meter -> name.service().name().equals(meter.getId().getTag("service")))
                .toList();
    }

    private Map<ServicePortName, Integer> pools() {
        Map<ServicePortName, Integer> sizes = new HashMap<>();
        observer.forEachPool(sizes::put);
        return sizes;
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
