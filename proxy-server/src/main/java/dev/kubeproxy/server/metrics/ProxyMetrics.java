package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.metrics.Rows.Group;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.PortTraffic;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Counts what the data plane does, and tells it when Prometheus asks. A service port without traffic costs one small
 * object. Scrapes read; they hold up nobody.
 */
public final class ProxyMetrics implements ProxyObserver, MultiCollector {

    static final String PREFIX = "kubeproxy_userspace_";

    /** The ports as they were after so many changes. */
    private record Ordered(long changes, List<ServicePortCounts> ports) {}

    private final boolean exemplars;
    private final Detail detail;
    private final Map<ServicePortName, ServicePortCounts> counts = new ConcurrentHashMap<>();
    private final Map<Group, TrafficCounts> retired = new ConcurrentHashMap<>();
    private final ListenerCounts listeners = new ListenerCounts();
    private final Durations lags = new Durations(Durations.LAGS, false);
    private final Durations swaps = new Durations(Durations.SWAPS, false);
    private final LongAdder swapped = new LongAdder();
    private final LongAdder exhaustions = new LongAdder();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong retirementsBegun = new AtomicLong();
    private final AtomicLong retirementsEnded = new AtomicLong();
    private volatile Ordered ordered = new Ordered(-1, List.of());
    private volatile boolean exhausted;

    /** @param exemplars name backends beside the times of dials, in OpenMetrics' format */
    public ProxyMetrics(PerService perService, boolean exemplars) {
        this.detail = new Detail(perService);
        this.exemplars = exemplars;
    }

    /** Says how the endpoints of a service port stand, for those that get no clients the data plane does not know. */
    public void endpoints(ServicePortName name, List<EndpointCount> now) {
        ServicePortCounts port = counts.get(name);
        if (port != null) {
            port.endpoints(now);
        }
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
        ServicePortCounts port = counts.compute(name, (_, known) -> {
            ServicePortCounts count = known == null ? new ServicePortCounts(name, exemplars, this::retire) : known;
            count.desired(true);
            return count;
        });
        changes.incrementAndGet();
        detail.onPorts(counts.size());
        return port;
    }

    @Override
    public void onServicePortGone(ServicePortName name) {
        ServicePortCounts count = counts.get(name);
        if (count != null) {
            count.desired(false);
            retire(count);
            detail.onPorts(counts.size());
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
    public void onPoolSwaps(int servicePorts, long nanos) {
        swapped.add(servicePorts);
        swaps.add(nanos);
    }

    @Override
    public void onEventLoopLag(long nanos) {
        lags.add(nanos);
    }

    @Override
    public void onDescriptorsExhausted() {
        exhausted = true;
        exhaustions.increment();
    }

    @Override
    public void onDescriptorsAvailable() {
        exhausted = false;
    }

    /** Sums are made again when a port was retired meanwhile: it would be in them twice, or not at all. */
    @Override
    public MetricSnapshots collect() {
        long before;
        MetricSnapshots snapshots;
        do {
            before = retirementsEnded.get();
            snapshots = snapshots();
        } while (!detail.on() && retirementsBegun.get() != before);
        return snapshots;
    }

    private MetricSnapshots snapshots() {
        Stream<Family> ofPorts = new ServicePortFamilies(
                        detail.on() ? Rows.ofEach(inOrder()) : Rows.ofGroups(counts.values(), retired))
                .all();
        return new MetricSnapshots(Stream.of(ofPorts, listeners.families(), ofTheProxy())
                .flatMap(families -> families)
                .filter(Family::isPresent)
                .map(Family::snapshot)
                .toList());
    }

    private Stream<Family> ofTheProxy() {
        return Stream.of(
                Family.gauges("service_ports", "Service ports that are served or whose last connections run")
                        .add(Labels.EMPTY, counts.size()),
                Family.counters("pool_swaps", "Service ports whose pools were swapped")
                        .add(Labels.EMPTY, swapped.sum()),
                Family.histograms("update_duration_seconds", "Time in which an update's pools were swapped, in seconds")
                        .add(Labels.EMPTY, swaps),
                Family.histograms("event_loop_lag_seconds", "How much later than due event loops work, in seconds")
                        .add(Labels.EMPTY, lags),
                Family.counters("descriptors_exhaustions", "Times that accepting stopped for want of file descriptors")
                        .add(Labels.EMPTY, exhaustions.sum()),
                Family.gauges("descriptors_exhausted", "1 while accepting waits for file descriptors")
                        .add(Labels.EMPTY, exhausted ? 1 : 0));
    }

    /** Sorted anew only when ports have come or gone. */
    private List<ServicePortCounts> inOrder() {
        long now = changes.get();
        Ordered known = ordered;
        if (known.changes() == now) {
            return known.ports();
        }
        List<ServicePortCounts> ports =
                counts.values().stream().sorted(Rows.ORDER).toList();
        ordered = new Ordered(now, ports);
        return ports;
    }

    /** Drops the figures of a port that is neither desired nor in use; else does nothing. */
    private void retire(ServicePortCounts count) {
        retirementsBegun.incrementAndGet();
        try {
            counts.computeIfPresent(count.name(), (_, current) -> {
                if (current != count || current.desired() || current.active() > 0) {
                    return current;
                }
                TrafficCounts traffic = current.traffic();
                if (traffic != null) {
                    retired.computeIfAbsent(Group.of(current.name()), _ -> new TrafficCounts(false))
                            .addAll(traffic);
                }
                return null;
            });
            changes.incrementAndGet();
        } finally {
            retirementsEnded.incrementAndGet();
        }
    }
}
