package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.testing.HelmChart;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators apply to a cluster, before a real API server. */
class NodeManifestsLabIT {

    @BeforeAll
    static void requireLab() {
        Lab.requireUp();
    }

    @Test
    @Rule("Q2")
    void anApiServerTakesThem() {
        String directory = Lab.ROOT.resolve("docker/kubernetes").toString();
        Lab.Result applied = Lab.lab("kubectl", "apply", "--dry-run=server", "-k", directory);
        assertThat(applied.status()).as(applied.out()).isZero();
        assertThat(applied.out())
                .contains(
                        "daemonset.apps/kube-proxy created",
                        "configmap/kube-proxy created",
                        "serviceaccount/kube-proxy created");
    }

    @Test
    void anApiServerTakesTheChartsObjects() {
        assertTaken(HelmChart.withDefaults());
        // The lab knows no PodMonitors, which are the Prometheus operator's.
        assertTaken(HelmChart.withAllOptions().stream()
                .filter(document -> !document.contains("kind: PodMonitor"))
                .toList());
    }

    private static void assertTaken(List<String> documents) {
        Lab.Result applied = Lab.dryRun(String.join("---\n", documents));
        assertThat(applied.status()).as(applied.out()).isZero();
        assertThat(applied.out())
                .contains(
                        "daemonset.apps/userspace created",
                        "configmap/userspace created",
                        "serviceaccount/userspace created",
                        "clusterrolebinding.rbac.authorization.k8s.io/userspace:node-proxier created");
    }
}
