package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.PortTraffic;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one service port. Until its first connection or datagram it is no more than a name and a pool size;
 * then it gets {@link TrafficCounts} and their meters. Written by all event loops.
 */
final class ServicePortCounts implements ServicePortObserver {

    private final ServicePortName name;
    private MeterRegistry registry;
    private final Consumer<ServicePortCounts> onIdle;
    private volatile boolean desired;
    private volatile int poolSize;
    private volatile @Nullable TrafficCounts traffic;

    /** @param onIdle called when the last connection or session of a port ends that is no longer desired */
    ServicePortCounts(ServicePortName name, MeterRegistry registry, Consumer<ServicePortCounts> onIdle) {
        this.name = name;
        this.registry = registry;
        this.onIdle = onIdle;
    }

    ServicePortName name() {
        return name;
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

    /** Final: a straggler that an event loop accepts afterwards is counted where nobody looks. */
    synchronized void removeMeters() {
        registry = new CompositeMeterRegistry();
        TrafficCounts seen = traffic;
        if (seen != null) {
            seen.removeMeters();
        }
    }

    @Override
    public void onPool(BackendPool pool) {
        poolSize = pool.backends().size();
    }

    @Override
    public void onAccept() {
        traffic().opened.increment();
    }

    @Override
    public void onDial(long nanos) {
        traffic().dialed(nanos);
    }

    @Override
    public void onDialFailure(long nanos) {
        TrafficCounts now = traffic();
        now.dialed(nanos);
        now.dialFailures.increment();
    }

    @Override
    public void onBytesFromClient(int bytes) {
        traffic().bytesFromClient.add(bytes);
    }

    @Override
    public void onBytesFromBackend(int bytes) {
        traffic().bytesFromBackend.add(bytes);
    }

    @Override
    public void onClose(CloseReason reason) {
        ended(reason);
    }

    @Override
    public void onSessionOpen() {
        traffic().opened.increment();
    }

    @Override
    public void onDatagramFromClient(int bytes) {
        TrafficCounts now = traffic();
        now.datagramsFromClient.increment();
        now.bytesFromClient.add(bytes);
    }

    @Override
    public void onDatagramFromBackend(int bytes) {
        TrafficCounts now = traffic();
        now.datagramsFromBackend.increment();
        now.bytesFromBackend.add(bytes);
    }

    @Override
    public void onDatagramDropped(CloseReason reason) {
        traffic().dropped(reason);
    }

    @Override
    public void onSessionClose(CloseReason reason) {
        ended(reason);
    }

    private void ended(CloseReason reason) {
        TrafficCounts now = traffic();
        now.closed(reason);
        if (!desired && now.active() <= 0) {
            onIdle.accept(this);
        }
    }

    private TrafficCounts traffic() {
        TrafficCounts seen = traffic;
        return seen != null ? seen : firstTraffic();
    }

    private synchronized TrafficCounts firstTraffic() {
        TrafficCounts seen = traffic;
        if (seen == null) {
            seen = name.protocol() == Protocol.TCP
                    ? TrafficCounts.ofConnections(name, registry)
                    : TrafficCounts.ofSessions(name, registry);
            traffic = seen;
        }
        return seen;
    }
}
