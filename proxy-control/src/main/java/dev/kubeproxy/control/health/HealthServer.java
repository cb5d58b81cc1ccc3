package dev.kubeproxy.control.health;

import dev.kubeproxy.control.health.ProxyHealth.Report;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /healthz}, by which load balancers judge this node, {@code /livez} and {@code /readyz}, by which the
 * kubelet does (rules K1-K5).
 */
public final class HealthServer implements AutoCloseable {

    private static final String NEVER = "0001-01-01T00:00:00Z"; // Go's zero time, which readers of kube-proxy know

    private final ProxyHealth health;
    private final List<String> families;
    private final MeterRegistry registry;
    private final HttpPort port;

    /**
     * Does not listen yet.
     *
     * @param families of the addresses served: {@code IPv4}, {@code IPv6}
     * @param onTaken told why the address cannot be bound
     */
    public HealthServer(
            InetSocketAddress address,
            ProxyHealth health,
            List<String> families,
            MeterRegistry registry,
            Consumer<String> onTaken) {
        this.health = health;
        this.families = List.copyOf(families);
        this.registry = registry;
        Map<String, Page.Source> pages = Map.of(
                "/healthz", new HealthPage(this::healthz),
                "/livez", new HealthPage(this::livez),
                "/readyz", new HealthPage(this::readyz));
        this.port = new HttpPort("health", address, pages::get, onTaken);
        for (String code : List.of("200", "503")) {
            answers("healthz", code);
            answers("livez", code);
            answers("readyz", code);
        }
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

    private Page healthz() {
        Report report = health.report();
        return page("healthz", report, nodeEligible(report), report.wantsClients());
    }

    /** That the node goes, or this proxy drains, is no reason to restart it (rule K4). */
    private Page livez() {
        Report report = health.report();
        return page("livez", report, "", report.keepsUp());
    }

    /** Unlike kube-proxy's {@code /healthz} not before the first sync: pods that serve nothing shall stop a rollout. */
    private Page readyz() {
        Report report = health.report();
        return page("readyz", report, nodeEligible(report), report.ready());
    }

    private static String nodeEligible(Report report) {
        return ",\"nodeEligible\":" + report.nodeEligible();
    }

    private Page page(String name, Report report, String node, boolean ok) {
        String code = ok ? "200" : "503";
        answers(name, code).increment();
        String updated = time(report.lastUpdated());
        String status = families.stream()
                .map(family ->
                        "\"%s\":{\"lastUpdated\":\"%s\",\"healthy\":%s}".formatted(family, updated, report.keepsUp()))
                .collect(Collectors.joining(","));
        String body = "{\"lastUpdated\":\"%s\",\"currentTime\":\"%s\"%s,\"healthy\":%s,\"status\":{%s}}"
                .formatted(updated, time(report.now()), node, ok, status);
        return new Page(Integer.parseInt(code), Page.JSON, body);
    }

    private Counter answers(String page, String code) {
        return Counter.builder("kubeproxy.proxy." + page)
                .description("Answers of /" + page + " by HTTP status")
                .tag("code", code)
                .register(registry);
    }

    private static String time(@Nullable Instant instant) {
        return instant == null ? NEVER : instant.toString();
    }
}
