package dev.kubeproxy.control.health;

import com.sun.net.httpserver.Headers;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers {@code /metrics} and tells what this proxy is and does (rule K9). */
public final class MetricsServer implements AutoCloseable {

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final PrometheusMeterRegistry registry;
    private final HttpPort port;

    /**
     * Does not listen yet.
     *
     * @param configz the configuration as JSON
     * @param services a table for people, of what is served
     * @param onTaken told why the address cannot be bound
     */
    public MetricsServer(
            InetSocketAddress address,
            PrometheusMeterRegistry registry,
            Supplier<String> configz,
            Supplier<String> services,
            Consumer<String> onTaken) {
        this.registry = registry;
        Map<String, Page.Source> pages = Map.of(
                "/metrics", this::metrics,
                "/healthz", _ -> Page.text(200, "ok"),
                // Kubernetes' own tests ask for this very word (rule D7).
                "/proxyMode", _ -> Page.text(200, "userspace"),
                "/configz", _ -> new Page(200, Page.JSON, configz.get()),
                "/services", _ -> Page.text(200, services.get()));
        this.port = new HttpPort("metrics", address, pages::get, onTaken);
    }

    /**
     * Starts to serve.
     *
     * @param hardFail throw where the address is taken, instead of trying again until it is free (rule K1)
     */
    public void start(boolean hardFail) throws IOException {
        port.start(hardFail);
    }

    public Optional<InetSocketAddress> boundAddress() {
        return port.boundAddress();
    }

    @Override
    public void close() {
        port.close();
    }

    private Page metrics(Headers request) {
        String accept = String.join(",", request.getOrDefault("Accept", List.of()));
        String type = accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS_TEXT;
        return new Page(200, type, registry.scrape(type));
    }
}
