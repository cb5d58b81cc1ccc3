package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kubeproxy.control.testing.HelmChart;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        assertThat(kustomized("docker/kubernetes"))
                .contains(
                        "daemonset.apps/kube-proxy created",
                        "configmap/kube-proxy created",
                        "serviceaccount/kube-proxy created");
    }

    @Test
    void anApiServerTakesThemBesideAnotherKubeProxy() {
        assumeThat(minorVersionOfKubectl()).isGreaterThanOrEqualTo(22);
        assertThat(kustomized("docker/trial"))
                .contains(
                        "daemonset.apps/userspace-kube-proxy created",
                        "configmap/userspace-kube-proxy created",
                        "serviceaccount/userspace-kube-proxy created");
    }

    @Test
    void anApiServerTakesTheChartsObjects() {
        assertTaken(HelmChart.withDefaults());
        // The lab knows no PodMonitors, which are the Prometheus operator's.
        assertTaken(HelmChart.withAllOptions().stream()
                .filter(document -> !document.contains("kind: PodMonitor"))
                .toList());
    }

    /** The kustomization wants 1.22; Debian 12 has an older one. */
    private static int minorVersionOfKubectl() {
        String version = Lab.lab("kubectl", "version", "--client", "-o", "json").out();
        Matcher minor = Pattern.compile("\"minor\": \"(\\d+)").matcher(version);
        assertThat(minor.find()).as(version).isTrue();
        return Integer.parseInt(minor.group(1));
    }

    private static String kustomized(String directory) {
        Lab.Result applied = Lab.lab(
                "kubectl",
                "apply",
                "--dry-run=server",
                "-k",
                Lab.ROOT.resolve(directory).toString());
        assertThat(applied.status()).as(applied.out()).isZero();
        return applied.out();
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
