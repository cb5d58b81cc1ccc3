package dev.kubeproxy.control.health;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * What Kubernetes asks of all its programs at {@code /metrics/slis}: how checks of their health ended (rule K9). The only
 * check of the metrics port is that it answers, so whoever asks {@code /healthz} finds it well. Thread-safe.
 */
final class ServiceLevelMetrics {

    private static final String NAME = "ping";
    private static final String TYPE = "healthz";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Counter successes;

    ServiceLevelMetrics() {
        Gauge.builder("kubernetes.healthcheck", () -> 1)
                .description("Whether the last check of health found it well: 1")
                .tag("name", NAME)
                .tag("type", TYPE)
                .register(registry);
        successes = Counter.builder("kubernetes.healthchecks")
                .description("Checks of health so far, by how they ended")
                .tag("name", NAME)
                .tag("status", "success")
                .tag("type", TYPE)
                .register(registry);
    }

    void onSuccess() {
        successes.increment();
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }
}
