package dev.kubeproxy.control;

import dev.kubeproxy.control.ProxyConfiguration.Telemetry;
import dev.kubeproxy.control.access.AccessLog;
import dev.kubeproxy.control.kube.RequestObserver;
import dev.kubeproxy.control.sync.SyncObserver;
import dev.kubeproxy.server.ProxyServer;
import dev.kubeproxy.server.metrics.ProxyMetrics;
import dev.kubeproxy.server.model.IpFamily;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.Collection;

/** All figures of this process: the data plane's, the JVM's, the program's own. */
final class Metrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final ProxyMetrics observer;
    private final SyncMetrics sync;
    private final RestClientMetrics requests;

    /** @param families what this node serves */
    Metrics(BuildInfo build, Collection<IpFamily> families, Telemetry telemetry) {
        // Prometheus' own names have the first, and its rules dislike the name of the second.
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        bind(build, registry);
        observer = new ProxyMetrics(telemetry.perService(), telemetry.exemplars());
        PrometheusRegistry prometheus = registry.getPrometheusRegistry();
        prometheus.register(observer);
        prometheus.register(new ProcessFigures());
        sync = new SyncMetrics(prometheus, families, Instant.now(), new EndpointFigures(observer));
        requests = new RestClientMetrics(prometheus);
    }

    /** Adds what only the running data plane knows. */
    void watch(ProxyServer server) {
        registry.getPrometheusRegistry().register(new DescriptorFigures(server));
    }

    void watch(AccessLog log) {
        registry.getPrometheusRegistry().register(new AccessLogFigures(log));
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** For the data plane. */
    ProxyMetrics observer() {
        return observer;
    }

    /** For the sync thread. */
    SyncObserver sync() {
        return sync;
    }

    /** For the client of the Kubernetes API. */
    RequestObserver requests() {
        return requests;
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    /** The name and labels by which dashboards tell versions apart (rule M3). */
    private static void bind(BuildInfo build, MeterRegistry registry) {
        Gauge.builder("kubernetes.build.info", () -> 1)
                .description("What was built: always 1")
                .tag("major", build.number(0))
                .tag("minor", build.number(1))
                .tag("git_version", build.version())
                .tag("git_commit", build.commit())
                .tag("git_tree_state", "")
                .tag("build_date", "")
                .tag("go_version", "")
                .tag("compiler", "javac")
                .tag("platform", BuildInfo.platform())
                .tag("java_version", Runtime.version().toString())
                .register(registry);
    }
}
