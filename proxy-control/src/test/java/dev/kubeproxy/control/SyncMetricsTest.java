package dev.kubeproxy.control;

import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.serviceGone;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.sync.SyncObserver.Pending;
import dev.kubeproxy.control.sync.SyncObserver.TrafficKind;
import dev.kubeproxy.control.sync.SyncObserver.Trigger;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.testing.Rule;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The names, types, labels and buckets of kube-proxy, as Prometheus reads them. */
class SyncMetricsTest {

    private static final Instant STARTED = Instant.parse("2026-11-23T12:00:00Z");
    private static final Pending NOTHING = new Pending(0, 0, 0);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SyncMetrics metrics =
            new SyncMetrics(registry.getPrometheusRegistry(), List.of(IpFamily.IPV4, IpFamily.IPV6), STARTED, _ -> {});

    @Test
    @Rule({"M1", "M2"})
    void allAreThereFromTheStartWithTheirTypes() {
        assertThat(registry.scrape())
                .contains(
                        "# TYPE kubeproxy_sync_proxy_rules_duration_seconds histogram",
                        "# TYPE kubeproxy_sync_proxy_rules_last_timestamp_seconds gauge",
                        "# TYPE kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds gauge",
                        "# TYPE kubeproxy_sync_proxy_rules_endpoint_changes_pending gauge",
                        "# TYPE kubeproxy_sync_proxy_rules_endpoint_changes_total counter",
                        "# TYPE kubeproxy_sync_proxy_rules_service_changes_pending gauge",
                        "# TYPE kubeproxy_sync_proxy_rules_service_changes_total counter",
                        "# TYPE kubeproxy_sync_proxy_rules_no_local_endpoints_total gauge",
                        "# TYPE kubeproxy_network_programming_duration_seconds histogram",
                        "kubeproxy_sync_proxy_rules_duration_seconds_count{ip_family=\"IPv6\"} 0",
                        "kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family=\"IPv4\","
                                + "traffic_policy=\"internal\"} 0.0",
                        "kubeproxy_network_programming_duration_seconds_count{ip_family=\"IPv4\"} 0")
                .doesNotContain("_max");
    }

    @Test
    @Rule("M1")
    void bucketsAreThoseOfKubeProxy() {
        assertThat(bounds("kubeproxy_sync_proxy_rules_duration_seconds"))
                .startsWith("0.001", "0.002", "0.004")
                .endsWith("8.192", "16.384", "+Inf")
                .hasSize(16);
        assertThat(bounds("kubeproxy_network_programming_duration_seconds"))
                .startsWith("0.25", "0.5", "1.0", "2.0")
                .containsSequence("58.0", "59.0", "60.0", "65.0", "70.0")
                .containsSequence("115.0", "120.0", "150.0")
                .endsWith("270.0", "300.0", "+Inf")
                .hasSize(81);
    }

    @Test
    @Rule("M5")
    void changesCountByKindAndPendingOnesAreGoneAfterASync() {
        metrics.onQueued(
                STARTED.plusMillis(1500),
                changes(
                        service("web", "10.96.0.1", tcp("", 80)),
                        serviceGone("old"),
                        slice("web-1", "web", 80, ready("10.0.0.1"))),
                new Pending(2, 1, 0));
        assertThat(registry.scrape())
                .contains("kubeproxy_sync_proxy_rules_service_changes_total 2.0")
                .contains("kubeproxy_sync_proxy_rules_endpoint_changes_total 1.0")
                .contains("kubeproxy_sync_proxy_rules_service_changes_pending 2.0")
                .contains("kubeproxy_sync_proxy_rules_endpoint_changes_pending 1.0")
                .contains("last_queued_timestamp_seconds{ip_family=\"IPv4\"} 1.7954352015E9");
        metrics.onSynced(STARTED.plusSeconds(2), Duration.ofMillis(3), List.of(), NOTHING);
        assertThat(registry.scrape())
                .contains("kubeproxy_sync_proxy_rules_service_changes_pending 0.0")
                .contains("kubeproxy_sync_proxy_rules_endpoint_changes_pending 0.0")
                .contains("kubeproxy_sync_proxy_rules_duration_seconds_bucket{ip_family=\"IPv4\",le=\"0.002\"} 0")
                .contains("kubeproxy_sync_proxy_rules_duration_seconds_bucket{ip_family=\"IPv4\",le=\"0.004\"} 1")
                .contains("rules_last_timestamp_seconds{ip_family=\"IPv6\"} 1.795435202E9");
    }

    @Test
    @Rule("M4")
    void latencyIsMeasuredOfWhatChangedSinceTheStart() {
        metrics.onSynced(
                STARTED.plusSeconds(10),
                Duration.ZERO,
                List.of(
                        new Trigger(STARTED.plusSeconds(7), IpFamily.IPV4),
                        new Trigger(STARTED.plusSeconds(4), IpFamily.IPV4),
                        new Trigger(STARTED.minusSeconds(1), IpFamily.IPV4),
                        new Trigger(STARTED.plusSeconds(11), IpFamily.IPV6)),
                NOTHING);
        assertThat(registry.scrape())
                .contains("kubeproxy_network_programming_duration_seconds_count{ip_family=\"IPv4\"} 2")
                .contains("kubeproxy_network_programming_duration_seconds_sum{ip_family=\"IPv4\"} 9.0")
                .contains("kubeproxy_network_programming_duration_seconds_sum{ip_family=\"IPv6\"} 0.0");
    }

    @Test
    @Rule("D2")
    void portsWithoutLocalEndpointsAreSetByPolicy() {
        metrics.onNoLocalEndpoints(TrafficKind.EXTERNAL, IpFamily.IPV6, 3);
        metrics.onNoLocalEndpoints(TrafficKind.EXTERNAL, IpFamily.IPV6, 2);
        assertThat(registry.scrape())
                .contains("kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family=\"IPv6\","
                        + "traffic_policy=\"external\"} 2.0");
    }

    @Test
    void servicesThatFailedAreSet() {
        assertThat(registry.scrape()).contains("kubeproxy_userspace_services_failed 0.0");
        metrics.onFailed(2);
        assertThat(registry.scrape()).contains("kubeproxy_userspace_services_failed 2.0");
    }

    private List<String> bounds(String histogram) {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith(histogram + "_bucket{ip_family=\"IPv4\""))
                .map(line -> line.replaceAll(".*le=\"([^\"]+)\".*", "$1"))
                .toList();
    }
}
