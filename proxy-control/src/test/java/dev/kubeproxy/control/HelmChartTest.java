package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import dev.kubeproxy.control.ConfigurationFile.Loaded;
import dev.kubeproxy.control.testing.HelmChart;
import dev.kubeproxy.control.testing.KubeYaml;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart that operators install. */
class HelmChartTest {

    private static final List<String> LOOPBACK = List.of(
            "127.0.0.1:10249", "127.9.9.9:10249", "[::1]:10249", "[0:0:0:0:0:0:0:1]:10249", "[::ffff:127.0.0.1]:1");
    private static final List<String> REACHED =
            List.of("0.0.0.0:10249", "[::]:10249", "[fd00::1]:10249", "[1::1]:10249");
    private static final String MOUNT = "/var/lib/kube-proxy";

    @TempDir
    Path directory;

    @Test
    void helmFindsNothingAmiss() {
        LintResult result = HelmChart.lint();
        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @Test
    void byDefaultItIsTheKustomizeBaseUnderTheReleasesName() throws Exception {
        GenericKubernetesResource ours = HelmChart.object(HelmChart.withDefaults(), "DaemonSet");
        GenericKubernetesResource base = KubeYaml.object(
                GenericKubernetesResource.class, Files.readString(Path.of("../docker/kubernetes/daemonset.yaml")));
        assertThat(ours.getMetadata().getName()).isEqualTo("userspace");
        for (String field : List.of(
                "hostNetwork", "nodeSelector", "tolerations", "priorityClassName", "terminationGracePeriodSeconds")) {
            assertThat(pod(ours, field)).as(field).isEqualTo(pod(base, field));
        }
        for (String field : List.of(
                "env",
                "ports",
                "startupProbe",
                "livenessProbe",
                "readinessProbe",
                "resources",
                "securityContext",
                "volumeMounts")) {
            assertThat(container(ours, field)).as(field).isEqualTo(container(base, field));
        }
        for (String field : List.of("updateStrategy", "minReadySeconds")) {
            assertThat(ours.<Object>get("spec", field)).as(field).isEqualTo(base.get("spec", field));
        }
    }

    @Test
    void theProxyTakesItsConfiguration() throws Exception {
        ProxyConfiguration byDefault = read(HelmChart.withDefaults());
        assertThat(byDefault.ports().metrics())
                .contains(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 10249));
        ProxyConfiguration withAllOptions = read(HelmChart.withAllOptions());
        assertThat(withAllOptions.ports().metrics())
                .contains(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 10250));
        assertThat(withAllOptions.ports().healthz())
                .contains(new InetSocketAddress(InetAddress.ofLiteral("192.168.77.11"), 10257));
        assertThat(withAllOptions.logging().verbosity()).isEqualTo(2);
    }

    @Test
    void everyOptionHasItsPlace() {
        List<String> documents = HelmChart.withAllOptions();
        GenericKubernetesResource daemonSet = HelmChart.object(documents, "DaemonSet");
        assertThat(container(daemonSet, "image")).isEqualTo("registry.example/kube-proxy-userspace:0.1.0-rc1");
        assertThat(container(daemonSet, "imagePullPolicy")).isEqualTo("Always");
        assertThat(container(daemonSet, "args"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .contains(
                        "--config-reload",
                        "--service-proxy-name=userspace",
                        "--drain-policy=close",
                        "--drain-timeout=5s");
        assertThat(container(daemonSet, "resources"))
                .isEqualTo(Map.of(
                        "requests", Map.of("cpu", "200m", "memory", "300Mi"), "limits", Map.of("memory", "1Gi")));
        assertThat(container(daemonSet, "ports")).isEqualTo(List.of(Map.of("name", "metrics", "containerPort", 10250)));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(daemonSet.<Object>get("spec", "template", "spec", "containers", 0, probe, "httpGet", "port"))
                    .isEqualTo(10257);
        }
        assertThat(container(daemonSet, "securityContext"))
                .as("as root, with no more capabilities than else")
                .isEqualTo(Map.of(
                        "runAsNonRoot",
                        false,
                        "runAsUser",
                        0,
                        "allowPrivilegeEscalation",
                        false,
                        "readOnlyRootFilesystem",
                        true,
                        "capabilities",
                        Map.of("drop", List.of("ALL"), "add", List.of("NET_ADMIN", "NET_BIND_SERVICE", "BPF"))));
        assertThat(pod(daemonSet, "imagePullSecrets")).isEqualTo(List.of(Map.of("name", "registry")));
        assertThat(pod(daemonSet, "priorityClassName")).isEqualTo("system-cluster-critical");
        assertThat(pod(daemonSet, "nodeSelector")).isEqualTo(Map.of("kubernetes.io/os", "linux", "pool", "edge"));
        assertThat(pod(daemonSet, "tolerations"))
                .isEqualTo(List.of(Map.of("key", "edge", "operator", "Exists", "effect", "NoSchedule")));
        assertThat(pod(daemonSet, "terminationGracePeriodSeconds")).isEqualTo(15);
        assertThat(daemonSet.<Object>get("spec", "updateStrategy", "type")).isEqualTo("OnDelete");
        assertThat(daemonSet.<Object>get("spec", "template", "metadata", "annotations"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("example.com/owner", "network");
        assertThat(configuration(documents, "config.conf"))
                .contains("qps: 50", "verbosity: 2", "kubeconfig: " + MOUNT, "clusterCIDR: 10.244.0.0/16");
        assertThat(configuration(documents, "kubeconfig.conf")).contains("server: https://192.168.77.10:6443");
        GenericKubernetesResource monitor = HelmChart.object(documents, "PodMonitor");
        assertThat(monitor.getMetadata().getLabels()).containsEntry("release", "prometheus");
        assertThat(monitor.<Object>get("spec", "podMetricsEndpoints", 0, "interval"))
                .isEqualTo("15s");
    }

    @Test
    void valuesThatItDoesNotKnowAreRefused() {
        assertRefused(Map.of("drainSecond", 5), "drainSecond");
        assertRefused(Map.of("apiServer", "10.0.0.1:6443"), "apiServer");
        assertRefused(Map.of("podMonitor.enabled", true), "metrics.bindAddress");
        assertRefused(Map.of("configuration.healthzBindAddress", "0.0.0.0:1"), "healthzBindAddress");
    }

    @Test
    void aPodMonitorWantsAnAddressThatPrometheusReaches() {
        for (String loopback : LOOPBACK) {
            assertRefused(
                    Map.of("podMonitor.enabled", true, "metrics.bindAddress", loopback),
                    "no Prometheus reaches metrics.bindAddress");
        }
        for (String reached : REACHED) {
            List<String> documents = HelmChart.with(Map.of("podMonitor.enabled", true, "metrics.bindAddress", reached));
            assertThat(HelmChart.object(documents, "PodMonitor")).as(reached).isNotNull();
        }
    }

    @Test
    void aMetricsPortThatIsOffIsNoPortOfThePod() {
        List<String> documents = HelmChart.with(Map.of("metrics.bindAddress", "127.0.0.1:0"));
        assertThat(container(HelmChart.object(documents, "DaemonSet"), "ports")).isNull();
        assertRefused(
                Map.of("podMonitor.enabled", true, "metrics.bindAddress", "0.0.0.0:0"),
                "no Prometheus reaches metrics.bindAddress");
    }

    @Test
    void probesWantAnAddressThatTheKubeletReaches() {
        for (String loopback : LOOPBACK) {
            assertRefused(Map.of("healthz.bindAddress", loopback), "the kubelet's probes ask the node's IP");
        }
        assertRefused(Map.of("healthz.bindAddress", "0.0.0.0:0"), "port 0 (off)");
        for (String reached : REACHED) {
            List<String> documents = HelmChart.with(Map.of("healthz.bindAddress", reached));
            assertThat(configuration(documents, "config.conf")).contains(reached);
        }
    }

    @Test
    void besideAnotherProxyItHasPortsOfItsOwn() {
        assertRefused(Map.of("serviceProxyName", "edge"), "healthz.bindAddress");
    }

    private static void assertRefused(Map<String, Object> values, String name) {
        assertThatThrownBy(() -> HelmChart.with(values)).hasMessageContaining(name);
    }

    private ProxyConfiguration read(List<String> documents) throws Exception {
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig.conf"), "");
        Loaded loaded = ConfigurationFile.load(Files.writeString(
                directory.resolve("config.conf"),
                configuration(documents, "config.conf").replace(MOUNT + "/kubeconfig.conf", kubeconfig.toString())));
        assertThat(loaded.warnings()).isEmpty();
        return ConfigurationReader.read(loaded.values(), () -> "host");
    }

    private static String configuration(List<String> documents, String file) {
        return HelmChart.object(documents, "ConfigMap").get("data", file);
    }

    private static Object pod(GenericKubernetesResource daemonSet, String field) {
        return daemonSet.get("spec", "template", "spec", field);
    }

    private static Object container(GenericKubernetesResource daemonSet, String field) {
        return daemonSet.get("spec", "template", "spec", "containers", 0, field);
    }
}
