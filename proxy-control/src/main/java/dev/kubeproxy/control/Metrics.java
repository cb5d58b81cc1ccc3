package dev.kubeproxy.control;

import dev.kubeproxy.server.metrics.MicrometerProxyObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** All figures of this process: the data plane's, the JVM's, the program's own. */
final class Metrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final MicrometerProxyObserver observer;

    Metrics(BuildInfo build) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        bind(build, registry);
        observer = new MicrometerProxyObserver(registry);
        registry.getPrometheusRegistry().register(new PoolSizes(observer));
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    /** For the data plane. */
    MicrometerProxyObserver observer() {
        return observer;
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
                .tag("git_version", build.version())
                .tag("git_commit", build.commit())
                .tag("platform", BuildInfo.platform())
                .tag("java_version", Runtime.version().toString())
                .register(registry);
    }
}
