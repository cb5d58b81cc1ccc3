package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Standing;
import dev.kubeproxy.server.metrics.PerService;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The names by which Prometheus knows the figures. */
class MetricsTest {

    private static final String WEB =
            "ip_family=\"IPv4\",namespace=\"default\",port=\"http\",protocol=\"TCP\",service=\"web\"";

    private final Metrics metrics = new Metrics(
            new BuildInfo("1.2.3", "abc"),
            List.of(IpFamily.IPV4),
            new ProxyConfiguration.Telemetry(PerService.AUTO, false, Optional.empty()));

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void figuresOfAServicePortHaveItsNames() {
        ServicePortObserver web = metrics.observer()
                .servicePort(new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP));
        web.onAccept();
        web.onDial(Backend.of(Addresses.parse("10.0.0.1"), 80), 1_000_000);
        web.onBytesFromClient(7);
        web.onClose(CloseReason.CLIENT_RESET);
        assertThat(metrics.registry().scrape())
                .contains("kubeproxy_userspace_connections_opened_total{" + WEB + "} 1.0")
                .contains("kubeproxy_userspace_connections_active{" + WEB + "} 0.0")
                .contains(
                        "kubeproxy_userspace_connections_closed_total{ip_family=\"IPv4\",namespace=\"default\",origin=\"downstream\","
                                + "port=\"http\",protocol=\"TCP\",reason=\"client_reset\",service=\"web\"} 1.0")
                .contains("kubeproxy_userspace_bytes_total{from=\"client\"," + WEB + "} 7.0")
                .contains("# TYPE kubeproxy_userspace_dial_duration_seconds histogram")
                .contains("kubeproxy_userspace_dial_duration_seconds_bucket{" + WEB + ",le=\"0.001\"} 1")
                .contains("kubeproxy_userspace_dial_duration_seconds_count{" + WEB + "} 1")
                .contains("kubeproxy_userspace_dial_duration_seconds_sum{" + WEB + "} 0.001");
    }

    @Test
    void poolsOfIdlePortsAreCounted() {
        metrics.observer()
                .servicePort(new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP))
                .onPool(new BackendPool(List.of(Backend.of(Addresses.parse("10.0.0.1"), 80)), Affinity.NONE));
        assertThat(metrics.registry().scrape())
                .contains("kubeproxy_userspace_pool_endpoints{" + WEB + "} 1.0")
                .doesNotContain("kubeproxy_userspace_connections");
    }

    @Test
    void endpointsAreToldByHowTheyStand() {
        ServicePortName name = new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP);
        metrics.observer().servicePort(name);
        metrics.sync()
                .onEndpoints(Map.of(
                        name,
                        Map.of(
                                Standing.READY, 10,
                                Standing.TERMINATING, 11,
                                Standing.NOT_READY, 12,
                                Standing.SHUTTING_DOWN, 13,
                                Standing.NOT_LOCAL, 14,
                                Standing.FOR_OTHERS, 15)));
        assertThat(metrics.registry()
                        .scrape()
                        .lines()
                        .filter(line -> line.startsWith("kubeproxy_userspace_endpoints{")))
                .map(line -> line.replaceAll(".*(reason=\"[a-z_]*\"),service=\"web\",(state=\"[a-z]*\").* ", "$2,$1 "))
                .containsExactlyInAnyOrder(
                        "state=\"ready\",reason=\"\" 10.0",
                        "state=\"terminating\",reason=\"\" 11.0",
                        "state=\"excluded\",reason=\"not_ready\" 12.0",
                        "state=\"excluded\",reason=\"terminating\" 13.0",
                        "state=\"excluded\",reason=\"not_local\" 14.0",
                        "state=\"excluded\",reason=\"for_others\" 15.0");
    }

    @Test
    @Rule("M3")
    void theBuildIsNamedAsKubernetesDoes() {
        assertThat(metrics.registry().scrape())
                .contains("# TYPE kubernetes_build_info gauge")
                .containsPattern("kubernetes_build_info\\{build_date=\"\",compiler=\"javac\",git_commit=\"abc\","
                        + "git_tree_state=\"\",git_version=\"1.2.3\",go_version=\"\",java_version=\"[^\"]+\",major=\"1\","
                        + "minor=\"2\",platform=\"linux/[^\"]+\"} 1");
    }

    @Test
    @Rule("M3")
    void theProcessIsDescribedAsPrometheusDoes() {
        assertThat(metrics.registry().scrape())
                .contains("# TYPE process_cpu_seconds_total counter")
                .contains("# TYPE process_open_fds gauge", "# TYPE process_max_fds gauge")
                .contains("# TYPE process_resident_memory_bytes gauge", "# TYPE process_virtual_memory_bytes gauge")
                .contains("process_start_time_seconds", "process_uptime_seconds", "jvm_memory_used_bytes");
    }

    @Test
    @Rule("M3")
    void requestsToTheApiServerAreCountedAsGoClientsDo() {
        metrics.requests().onAnswer("GET", "10.0.0.1:6443", 200);
        metrics.requests().onDuration("GET", "10.0.0.1:6443", Duration.ofMillis(30));
        metrics.requests().onFailure("GET", "10.0.0.1:6443");
        assertThat(metrics.registry().scrape())
                .contains("# TYPE rest_client_requests_total counter")
                .contains("rest_client_requests_total{code=\"200\",host=\"10.0.0.1:6443\",method=\"GET\"} 1.0")
                .contains("rest_client_requests_total{code=\"<error>\",host=\"10.0.0.1:6443\",method=\"GET\"} 1.0")
                .contains("# TYPE rest_client_request_duration_seconds histogram")
                .contains(
                        "rest_client_request_duration_seconds_bucket{host=\"10.0.0.1:6443\",verb=\"GET\",le=\"0.025\"} 0")
                .contains(
                        "rest_client_request_duration_seconds_bucket{host=\"10.0.0.1:6443\",verb=\"GET\",le=\"0.1\"} 1")
                .contains(
                        "rest_client_request_duration_seconds_bucket{host=\"10.0.0.1:6443\",verb=\"GET\",le=\"60.0\"} 1")
                .contains("rest_client_request_duration_seconds_count{host=\"10.0.0.1:6443\",verb=\"GET\"} 1");
    }
}
