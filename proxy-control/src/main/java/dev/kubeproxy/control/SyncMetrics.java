package dev.kubeproxy.control;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.Standing;
import dev.kubeproxy.control.sync.SyncObserver;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServicePortName;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How the sync thread does, by the names, types, labels and buckets of kube-proxy, so that its dashboards and alerts work
 * (rules M1-M5), and one figure more. Not Micrometer's, which takes neither a gauge whose name ends in {@code _total}
 * nor a histogram without a gauge of its maximum. One round serves both families, so each round counts for each.
 */
final class SyncMetrics implements SyncObserver {

    private static final String PREFIX = "kubeproxy_sync_proxy_rules_";
    private static final String FAMILY = "ip_family";

    private final Set<IpFamily> families;
    private final Instant started;
    private final Histogram duration;
    private final Gauge lastSynced;
    private final Gauge lastQueued;
    private final Gauge servicesPending;
    private final Gauge endpointsPending;
    private final Counter services;
    private final Counter endpoints;
    private final Gauge noLocalEndpoints;
    private final Gauge failed;
    private final Histogram latency;
    private final Consumer<Map<ServicePortName, Map<Standing, Integer>>> endpointsOfPorts;

    /**
     * Registers them all.
     *
     * @param families what this node serves
     * @param started what changed before is no fault of this process
     * @param endpointsOfPorts takes how the endpoints of service ports stand
     */
    SyncMetrics(
            PrometheusRegistry registry,
            Collection<IpFamily> families,
            Instant started,
            Consumer<Map<ServicePortName, Map<Standing, Integer>>> endpointsOfPorts) {
        this.families = Set.copyOf(families);
        this.started = started;
        this.endpointsOfPorts = endpointsOfPorts;
        duration = histogram(PREFIX + "duration_seconds", "SyncProxyRules latency", roundBuckets(), registry);
        lastSynced = gauge("last_timestamp_seconds", "When proxy rules were last synced", registry, FAMILY);
        lastQueued = gauge("last_queued_timestamp_seconds", "When a sync was last queued", registry, FAMILY);
        servicesPending = gauge("service_changes_pending", "Services that changed and wait", registry);
        endpointsPending = gauge("endpoint_changes_pending", "EndpointSlices that changed and wait", registry);
        services = counter("service_changes_total", "Changes of Services so far", registry);
        endpoints = counter("endpoint_changes_total", "Changes of EndpointSlices so far", registry);
        noLocalEndpoints = gauge(
                "no_local_endpoints_total",
                "Service ports with a Local policy that have endpoints, but none on this node",
                registry,
                FAMILY,
                "traffic_policy");
        failed = Gauge.builder()
                .name("kubeproxy_userspace_services_failed")
                .help("Services that stay as they were, for some fault of the proxy")
                .withoutExemplars()
                .register(registry);
        latency = histogram(
                "kubeproxy_network_programming_duration_seconds",
                "From a change of endpoints in the cluster to its effect on this node",
                latencyBuckets(),
                registry);
        for (IpFamily family : this.families) {
            duration.initLabelValues(family.toString());
            latency.initLabelValues(family.toString());
            lastSynced.initLabelValues(family.toString());
            lastQueued.initLabelValues(family.toString());
            Arrays.stream(TrafficKind.values())
                    .forEach(policy -> noLocalEndpoints.initLabelValues(family.toString(), label(policy)));
        }
    }

    @Override
    public void onQueued(Instant when, List<Change> changes, Pending pending) {
        for (Change change : changes) {
            switch (change) {
                case Change.ServiceSet _, Change.ServiceGone _ -> services.inc();
                case Change.SliceSet _, Change.SliceGone _ -> endpoints.inc();
                case Change.NodeSet _, Change.NodeGone _, Change.NodesKnown _, Change.ApiServerAt _ -> {}
            }
        }
        families.forEach(family -> lastQueued.labelValues(family.toString()).set(seconds(when)));
        pending(pending);
    }

    @Override
    public void onSynced(Instant when, Duration took, List<Trigger> triggers, Pending pending) {
        for (IpFamily family : families) {
            duration.labelValues(family.toString()).observe(seconds(took));
            lastSynced.labelValues(family.toString()).set(seconds(when));
        }
        triggers.stream()
                .filter(trigger -> trigger.at().isAfter(started))
                .forEach(trigger -> latency.labelValues(trigger.family().toString())
                        .observe(Math.max(0, seconds(Duration.between(trigger.at(), when)))));
        pending(pending);
    }

    @Override
    public void onNoLocalEndpoints(TrafficKind policy, IpFamily family, int servicePorts) {
        noLocalEndpoints.labelValues(family.toString(), label(policy)).set(servicePorts);
    }

    @Override
    public void onEndpoints(Map<ServicePortName, Map<Standing, Integer>> ofPorts) {
        endpointsOfPorts.accept(ofPorts);
    }

    @Override
    public void onFailed(int services) {
        failed.set(services);
    }

    private void pending(Pending pending) {
        servicesPending.set(pending.services());
        endpointsPending.set(pending.endpoints());
    }

    /** 1 ms, 2 ms, … 16.384 s. */
    private static double[] roundBuckets() {
        return IntStream.range(0, 15).mapToDouble(i -> 0.001 * (1 << i)).toArray();
    }

    /** 0.25 s and 0.5 s, then each second, from a minute each 5 s, from two each 30 s up to five. */
    private static double[] latencyBuckets() {
        return Stream.of(
                        DoubleStream.of(0.25, 0.5),
                        IntStream.range(1, 60).asDoubleStream(),
                        IntStream.range(12, 24).mapToDouble(i -> 5 * i),
                        IntStream.range(4, 11).mapToDouble(i -> 30 * i))
                .flatMapToDouble(bounds -> bounds)
                .toArray();
    }

    private static Histogram histogram(String name, String help, double[] buckets, PrometheusRegistry registry) {
        return Histogram.builder()
                .name(name)
                .help(help + ", in seconds")
                .labelNames(FAMILY)
                .classicOnly()
                .classicUpperBounds(buckets)
                .withoutExemplars()
                .register(registry);
    }

    private static Gauge gauge(String name, String help, PrometheusRegistry registry, String... labels) {
        return Gauge.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    private static Counter counter(String name, String help, PrometheusRegistry registry) {
        return Counter.builder()
                .name(PREFIX + name)
                .help(help)
                .withoutExemplars()
                .register(registry);
    }

    private static String label(TrafficKind policy) {
        return policy.name().toLowerCase(Locale.ROOT);
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
