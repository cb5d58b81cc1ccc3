package dev.kubeproxy.control;

import dev.kubeproxy.control.kube.RequestObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/** What is asked of the API server, by the names that all clients of Kubernetes in Go have for it (rule M3). */
final class RestClientMetrics implements RequestObserver {

    private static final String NO_ANSWER = "<error>";

    private final Counter requests;
    private final Histogram duration;

    RestClientMetrics(PrometheusRegistry registry) {
        requests = Counter.builder()
                .name("rest_client_requests_total")
                .help("HTTP requests to the API server by status code, method and host")
                .labelNames("code", "method", "host")
                .withoutExemplars()
                .register(registry);
        duration = Histogram.builder()
                .name("rest_client_request_duration_seconds")
                .help("Time until the API server answered, in seconds, by verb and host")
                .labelNames("verb", "host")
                .classicOnly()
                .classicUpperBounds(0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60)
                .withoutExemplars()
                .register(registry);
    }

    @Override
    public void onAnswer(String method, String host, int code) {
        requests.labelValues(Integer.toString(code), method, host).inc();
    }

    @Override
    public void onDuration(String method, String host, Duration took) {
        duration.labelValues(method, host).observe(took.toNanos() / 1e9);
    }

    @Override
    public void onFailure(String method, String host) {
        requests.labelValues(NO_ANSWER, method, host).inc();
    }
}
