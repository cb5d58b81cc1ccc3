package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.PortTraffic;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Counts what the data plane does. A service port without traffic costs one small object and no meter; the sizes of the
 * pools, which idle ports have too, are read by {@link #forEachPool} when somebody asks.
 */
public final class MicrometerProxyObserver implements ProxyObserver {

    static final String PREFIX = "kubeproxy.userspace.";

    private final MeterRegistry registry;
    private final Map<ServicePortName, ServicePortCounts> counts = new ConcurrentHashMap<>();
    private final ListenerCounts listeners;
    private final Counter exhaustions;
    private final AtomicInteger exhausted = new AtomicInteger();

    public MicrometerProxyObserver(MeterRegistry registry) {
        this.registry = registry;
        this.listeners = new ListenerCounts(registry);
        this.exhaustions = Counter.builder(PREFIX + "descriptors.exhaustions")
                .description("Times that accepting stopped for want of file descriptors")
                .register(registry);
        Gauge.builder(PREFIX + "descriptors.exhausted", exhausted, AtomicInteger::get)
                .description("1 while accepting waits for file descriptors")
                .register(registry);
    }

    /** Hands each desired service port and the number of its backends to {@code reader}. */
    public void forEachPool(ObjIntConsumer<ServicePortName> reader) {
        counts.forEach((name, count) -> {
            if (count.desired()) {
                reader.accept(name, count.poolSize());
            }
        });
    }

    /** Hands what went through each service port that had traffic to {@code reader}. */
    public void forEachTraffic(Consumer<PortTraffic> reader) {
        counts.values().forEach(count -> {
            PortTraffic traffic = count.now();
            if (traffic != null) {
                reader.accept(traffic);
            }
        });
    }

    /** A port that comes back while its last connections run goes on with the figures it had. */
    @Override
    public ServicePortObserver servicePort(ServicePortName name) {
        return counts.compute(name, (_, known) -> {
            ServicePortCounts count = known == null ? new ServicePortCounts(name, registry, this::retire) : known;
            count.desired(true);
            return count;
        });
    }

    @Override
    public void onServicePortGone(ServicePortName name) {
        ServicePortCounts count = counts.get(name);
        if (count != null) {
            count.desired(false);
            retire(count);
        }
    }

    @Override
    public void onListener(ListenerStatus status) {
        listeners.set(status);
    }

    @Override
    public void onListenerClosed(ListenerStatus last) {
        listeners.remove(last);
    }

    @Override
    public void onDescriptorsExhausted() {
        exhausted.set(1);
        exhaustions.increment();
    }

    @Override
    public void onDescriptorsAvailable() {
        exhausted.set(0);
    }

    /** Drops the figures of a port that is neither desired nor in use; else does nothing. */
    private void retire(ServicePortCounts count) {
        counts.computeIfPresent(count.name(), (_, current) -> {
            if (current != count || current.desired() || current.active() > 0) {
                return current;
            }
            current.removeMeters();
            return null;
        });
    }
}
