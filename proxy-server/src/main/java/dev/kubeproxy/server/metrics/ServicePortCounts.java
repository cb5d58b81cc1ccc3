package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.PortTraffic;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one service port. Until its first connection or datagram it is no more than a name and a pool size;
 * then it gets {@link TrafficCounts}. Written by all event loops.
 */
final class ServicePortCounts implements ServicePortObserver {

    private final ServicePortName name;
    private final Labels labels;
    private final boolean exemplars;
    private final Consumer<ServicePortCounts> onIdle;
    private volatile boolean desired;
    private volatile int poolSize;
    private volatile boolean pins;
    private volatile IntSupplier pinnedClients = () -> 0;
    private volatile List<Rows.Endpoints> endpoints = List.of();
    private volatile @Nullable TrafficCounts traffic;

    /** @param onIdle called when the last connection or session of a port ends that is no longer desired */
    ServicePortCounts(ServicePortName name, boolean exemplars, Consumer<ServicePortCounts> onIdle) {
        this.name = name;
        this.labels = Rows.labels(name);
        this.exemplars = exemplars;
        this.onIdle = onIdle;
    }

    ServicePortName name() {
        return name;
    }

    Labels labels() {
        return labels;
    }

    boolean desired() {
        return desired;
    }

    void desired(boolean now) {
        desired = now;
    }

    int poolSize() {
        return poolSize;
    }

    /** True where clients are kept on their backends. */
    boolean pins() {
        return pins;
    }

    int pinnedClients() {
        return pinnedClients.getAsInt();
    }

    List<Rows.Endpoints> endpoints() {
        return endpoints;
    }

    void endpoints(List<EndpointCount> now) {
        endpoints = now.stream()
                .map(count -> Rows.Endpoints.of(labels, count))
                .toList(); // their labels are made once, not at each scrape
    }

    /** Null before the first connection or datagram. */
    @Nullable
    TrafficCounts traffic() {
        return traffic;
    }

    /** Connections or sessions that have not ended. */
    long active() {
        TrafficCounts seen = traffic;
        return seen == null ? 0 : seen.active();
    }

    /** Null before the first connection or datagram. */
    @Nullable
    PortTraffic now() {
        TrafficCounts seen = traffic;
        return seen == null
                ? null
                : new PortTraffic(
                        name,
                        Math.max(0, seen.active()),
                        seen.opened.sum(),
                        seen.bytesFromClient.sum(),
                        seen.bytesFromBackend.sum(),
                        seen.dialFailures.sum());
    }

    @Override
    public void onPool(BackendPool pool) {
        poolSize = pool.backends().size();
        pins = pool.affinity() instanceof Affinity.ClientIp;
    }

    @Override
    public void onServed(IntSupplier now) {
        pinnedClients = now;
    }

    @Override
    public void onAccept() {
        counts().opened.increment();
    }

    @Override
    public void onDial(Backend backend, long nanos) {
        counts().dials.add(nanos, backend);
    }

    @Override
    public void onDialFailure(Backend backend, long nanos) {
        TrafficCounts now = counts();
        now.dials.add(nanos, backend);
        now.dialFailures.increment();
    }

    @Override
    public void onDialRetry() {
        counts().dialRetries.increment();
    }

    @Override
    public void onBytesFromClient(int bytes) {
        counts().bytesFromClient.add(bytes);
    }

    @Override
    public void onBytesFromBackend(int bytes) {
        counts().bytesFromBackend.add(bytes);
    }

    @Override
    public void onClose(CloseReason reason) {
        ended(reason);
    }

    @Override
    public void onSessionOpen() {
        counts().opened.increment();
    }

    @Override
    public void onDatagramFromClient(int bytes) {
        TrafficCounts now = counts();
        now.datagramsFromClient.increment();
        now.bytesFromClient.add(bytes);
    }

    @Override
    public void onDatagramFromBackend(int bytes) {
        TrafficCounts now = counts();
        now.datagramsFromBackend.increment();
        now.bytesFromBackend.add(bytes);
    }

    @Override
    public void onDatagramDropped(CloseReason reason) {
        counts().dropped(reason);
    }

    @Override
    public void onSessionClose(CloseReason reason) {
        ended(reason);
    }

    private void ended(CloseReason reason) {
        TrafficCounts now = counts();
        now.closed(reason);
        if (!desired && now.active() <= 0) {
            onIdle.accept(this);
        }
    }

    private TrafficCounts counts() {
        TrafficCounts seen = traffic;
        return seen != null ? seen : firstTraffic();
    }

    private synchronized TrafficCounts firstTraffic() {
        TrafficCounts seen = traffic;
        if (seen == null) {
            seen = new TrafficCounts(exemplars);
            traffic = seen;
        }
        return seen;
    }
}
