package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The names by which Prometheus knows the figures. */
class MetricsTest {

    private static final String WEB =
            "ip_family=\"IPv4\",namespace=\"default\",port=\"http\",protocol=\"TCP\",service=\"web\"";

    private final Metrics metrics = new Metrics(new BuildInfo("1.2.3", "abc"));

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void figuresOfAServicePortHaveItsNames() {
        ServicePortObserver web = metrics.observer()
                .servicePort(new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP));
        web.onAccept();
        web.onDial(1_000_000);
        web.onBytesFromClient(7);
        web.onClose(CloseReason.CLIENT_RESET);
        assertThat(metrics.registry().scrape())
                .contains("kubeproxy_userspace_connections_opened_total{" + WEB + "} 1.0")
                .contains("kubeproxy_userspace_connections_active{" + WEB + "} 0.0")
                .contains(
                        "kubeproxy_userspace_connections_closed_total{ip_family=\"IPv4\",namespace=\"default\",origin=\"downstream\","
                                + "port=\"http\",protocol=\"TCP\",reason=\"client_reset\",service=\"web\"} 1.0")
                .contains("kubeproxy_userspace_bytes_total{from=\"client\"," + WEB + "} 7.0")
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
    @Rule("M3")
    void theBuildIsNamedAsKubernetesDoes() {
        assertThat(metrics.registry().scrape())
                .contains("kubernetes_build_info{git_commit=\"abc\",git_version=\"1.2.3\"")
                .contains("process_uptime_seconds", "process_files_open_files", "jvm_memory_used_bytes");
    }
}
