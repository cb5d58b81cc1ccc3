package dev.kubeproxy.control.health;

import dev.kubeproxy.control.status.Document;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers {@code /metrics} and tells what this proxy is and does (rule K9). */
public final class MetricsServer implements AutoCloseable {

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** Asked for by whatever name scrapers and probes were given: figures, which only read and are of little use to a page. */
    private static final Set<String> OPEN = Set.of("/metrics", "/metrics/slis", "/healthz");

    private final ServiceLevelMetrics serviceLevel = new ServiceLevelMetrics();
    private final HttpPort port;

    /**
     * What there is to tell.
     *
     * @param configz the configuration as JSON
     * @param services a table for people, of what is served
     * @param status what operators look at, by path; asked for what is none of the other pages
     * @param verbosity sets how much is logged; absent where clients of the port shall not, nor look into the process
     */
    public record Contents(
            PrometheusMeterRegistry registry,
            Supplier<String> configz,
            Supplier<String> services,
            Function<String, Optional<Document>> status,
            Optional<IntConsumer> verbosity) {}

    /**
     * Does not listen yet.
     *
     * @param node this node's name, by which clients may ask for pages
     * @param onTaken told why the address cannot be bound
     */
    public MetricsServer(InetSocketAddress address, String node, Contents contents, Consumer<String> onTaken) {
        this.port = new HttpPort("metrics", address, guarded(pages(contents), new AllowedHosts(node)), onTaken);
    }

    private Page.Sources pages(Contents contents) {
        Map<String, Page.Source> pages = new HashMap<>(Map.<String, Page.Source>of(
                "/metrics", request -> metrics(request, contents.registry()),
                "/metrics/slis", request -> metrics(request, serviceLevel.registry()),
                "/healthz", new HealthPage(this::healthz),
                // Kubernetes' own tests ask for this very word (rule D7).
                "/proxyMode", _ -> Page.text(200, "userspace"),
                "/configz", _ -> new Page(200, Page.JSON, contents.configz().get()),
                "/services", _ -> Page.text(200, contents.services().get())));
        contents.verbosity().ifPresent(sets -> {
            pages.put(VerbosityPage.PATH, new VerbosityPage(sets));
            pages.putAll(DebugPages.all());
        });
        Map<String, Page.Source> fixed = Map.copyOf(pages);
        return path -> fixed.containsKey(path) ? fixed.get(path) : status(path, contents.status());
    }

    private static Page.Sources guarded(Page.Sources pages, AllowedHosts hosts) {
        return path -> {
            Page.Source source = pages.at(path);
            return source == null || OPEN.contains(path) ? source : new Guarded(source, hosts);
        };
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

    /** Nothing that others give is loaded into it, run in it, or framed around it. */
    private static Page.@Nullable Source status(String path, Function<String, Optional<Document>> documents) {
        if (!path.equals("/") && !path.startsWith("/status/")) {
            return null;
        }
        Map<String, String> headers = Map.of(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
                        + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
                "Cache-Control",
                "no-store");
        return _ -> documents
                .apply(path)
                .map(document -> new Page(200, document.contentType(), document.body(), headers))
                .orElseGet(() -> Page.text(404, "404 page not found\n"));
    }

    private Page healthz() {
        serviceLevel.onSuccess();
        return Page.text(200, "ok");
    }

    /** A page for those only who ask as {@link AllowedHosts} has it. */
    private record Guarded(Page.Source source, AllowedHosts hosts) implements Page.Source {

        @Override
        public boolean takes(String method) {
            return source.takes(method);
        }

        @Override
        public Page page(Page.Request request) {
            return hosts.refusal(request.method(), request.headers())
                    .map(why -> Page.text(403, why))
                    .orElseGet(() -> source.page(request));
        }
    }

    /** All figures, written as they are formatted: with thousands of Services they are megabytes. */
    private record Scrape(PrometheusMeterRegistry registry, String contentType) implements Body {

        @Override
        public long length() {
            return -1;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            registry.scrape(out, contentType);
        }
    }

    private static Page metrics(Page.Request request, PrometheusMeterRegistry registry) {
        String accept = String.join(",", request.headers().getAll("Accept"));
        String type = accept.contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS_TEXT;
        return new Page(200, type, new Scrape(registry, type), Map.of());
    }
}
