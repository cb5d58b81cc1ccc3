package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.ServicePortName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * The counters of one service port with traffic, and the meters that read them. Event loops add to the adders; only a
 * scrape sums them up. {@code opened} and {@code closed} are of connections for TCP, of sessions for UDP.
 */
final class TrafficCounts {

    final LongAdder opened = new LongAdder();
    final LongAdder bytesFromClient = new LongAdder();
    final LongAdder bytesFromBackend = new LongAdder();
    final LongAdder datagramsFromClient = new LongAdder();
    final LongAdder datagramsFromBackend = new LongAdder();
    final LongAdder dialFailures = new LongAdder();

    private final LongAdder dials = new LongAdder();
    private final LongAdder dialNanos = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final Map<CloseReason, LongAdder> closedBy = new ConcurrentHashMap<>(4);
    private final Map<CloseReason, LongAdder> droppedBy = new ConcurrentHashMap<>(4);

    private volatile MeterRegistry registry;
    private final Tags tags;
    private final String unit;
    private final ConcurrentLinkedQueue<Meter> meters = new ConcurrentLinkedQueue<>();

    private TrafficCounts(ServicePortName name, MeterRegistry registry, String unit) {
        this.registry = registry;
        this.unit = unit;
        this.tags = Tags.of(
                "namespace", name.service().namespace(),
                "service", name.service().name(),
                "port", name.port(),
                "protocol", name.protocol().name(),
                "ip_family", name.family().toString());
        counter(unit + ".opened", "Opened since the service port came", tags, opened);
        meters.add(Gauge.builder(MicrometerProxyObserver.PREFIX + unit + ".active", this, TrafficCounts::active)
                .description("Open now")
                .tags(tags)
                .register(registry));
        directions("bytes", "Payload bytes by where they came from", bytesFromClient, bytesFromBackend);
    }

    static TrafficCounts ofConnections(ServicePortName name, MeterRegistry registry) {
        TrafficCounts counts = new TrafficCounts(name, registry, "connections");
        counts.counter(
                "dial.failures", "Attempts to connect to a backend that failed", counts.tags, counts.dialFailures);
        counts.meters.add(FunctionTimer.builder(
                        MicrometerProxyObserver.PREFIX + "dial.duration",
                        counts,
                        c -> c.dials.sum(),
                        c -> c.dialNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("Attempts to connect to a backend, and the time they took")
                .tags(counts.tags)
                .register(registry));
        return counts;
    }

    static TrafficCounts ofSessions(ServicePortName name, MeterRegistry registry) {
        TrafficCounts counts = new TrafficCounts(name, registry, "sessions");
        counts.directions(
                "datagrams",
                "Datagrams by where they came from",
                counts.datagramsFromClient,
                counts.datagramsFromBackend);
        return counts;
    }

    /** {@code ended} is read first, so that one which opens and ends meanwhile never makes this negative. */
    long active() {
        long over = ended.sum();
        return opened.sum() - over;
    }

    void dialed(long nanos) {
        dialNanos.add(nanos);
        dials.increment();
    }

    void closed(CloseReason reason) {
        byReason(closedBy, unit + ".closed", "Ended, by reason and by which side is to blame", reason)
                .increment();
        ended.increment();
    }

    void dropped(CloseReason reason) {
        byReason(droppedBy, "datagrams.dropped", "Datagrams of clients that went nowhere", reason)
                .increment();
    }

    /** What is counted from now on shows nowhere. */
    void removeMeters() {
        MeterRegistry shown = registry;
        registry = new CompositeMeterRegistry();
        meters.forEach(shown::remove);
    }

    /** The adder of a reason, made with its meter the first time: most ports ever see two or three. */
    private LongAdder byReason(
            Map<CloseReason, LongAdder> adders, String name, String description, CloseReason reason) {
        return adders.computeIfAbsent(reason, _ -> {
            LongAdder adder = new LongAdder();
            Tags why = tags.and("reason", lower(reason), "origin", lower(reason.origin()));
            counter(name, description, why, adder);
            return adder;
        });
    }

    private void directions(String name, String description, LongAdder fromClient, LongAdder fromBackend) {
        counter(name, description, tags.and("from", "client"), fromClient);
        counter(name, description, tags.and("from", "backend"), fromBackend);
    }

    private void counter(String name, String description, Tags labels, LongAdder adder) {
        ToDoubleFunction<LongAdder> sum = LongAdder::sum;
        meters.add(FunctionCounter.builder(MicrometerProxyObserver.PREFIX + name, adder, sum)
                .description(description)
                .tags(labels)
                .register(registry));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
