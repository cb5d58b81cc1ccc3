package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.ConfigurationFile.Loaded;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators apply to a cluster. */
class NodeManifestsTest {

    private static final Path MANIFESTS = Path.of("../docker/kubernetes");
    private static final String MOUNT = "/var/lib/kube-proxy";

    private final GenericKubernetesResource daemonSet =
            KubeYaml.object(GenericKubernetesResource.class, read("daemonset.yaml"));

    @Test
    @Rule("Q2")
    void theDaemonSetStandsWhereKubeProxyStood() {
        assertThat(daemonSet.getKind()).isEqualTo("DaemonSet");
        assertThat(daemonSet.getMetadata().getName()).isEqualTo("kube-proxy");
        assertThat(daemonSet.<Object>get("spec", "template", "metadata", "labels"))
                .isEqualTo(Map.of("k8s-app", "kube-proxy"));
        assertThat(pod("hostNetwork")).isEqualTo(true);
        assertThat(pod("priorityClassName")).isEqualTo("system-node-critical");
        assertThat(pod("tolerations")).isEqualTo(List.of(Map.of("operator", "Exists")));
        assertThat(container("livenessProbe", "httpGet", "path")).isEqualTo("/livez");
        assertThat(container("startupProbe"))
                .isEqualTo(Map.of(
                        "httpGet",
                        Map.of("path", "/livez", "port", 10256),
                        "periodSeconds",
                        5,
                        "failureThreshold",
                        30));
    }

    @Test
    @Rule("Q2")
    void aRolloutGoesOnOnceServicesAreServed() {
        assertThat(container("readinessProbe", "httpGet", "path")).isEqualTo("/readyz");
        assertThat(daemonSet.<Integer>get("spec", "minReadySeconds")).isPositive();
        assertThat(daemonSet.<Object>get("spec", "updateStrategy"))
                .isEqualTo(Map.of("type", "RollingUpdate", "rollingUpdate", Map.of("maxUnavailable", 1)));
    }

    @Test
    @Rule("Q2")
    void itHasNoMoreRightsThanItNeeds() {
        assertThat(container("securityContext"))
                .isEqualTo(Map.of(
                        "runAsNonRoot",
                        true,
                        "runAsUser",
                        65532,
                        "allowPrivilegeEscalation",
                        true,
                        "readOnlyRootFilesystem",
                        true,
                        "capabilities",
                        Map.of("drop", List.of("ALL"), "add", List.of("NET_ADMIN", "NET_BIND_SERVICE", "BPF"))));
        String binding = read("rbac.yaml").split("---\n", -1)[1];
        assertThat(KubeYaml.object(GenericKubernetesResource.class, binding).<Object>get("roleRef", "name"))
                .isEqualTo("system:node-proxier");
    }

    @Test
    @Rule("Q2")
    void itsFlagsAndConfigurationAreTaken(@TempDir Path directory) throws Exception {
        Path kubeconfig = Files.createFile(directory.resolve("kubeconfig.conf"));
        Path configuration = Files.writeString(
                directory.resolve("config.conf"),
                read("config.conf").replace(MOUNT + "/kubeconfig.conf", kubeconfig.toString()));
        Loaded loaded = ConfigurationFile.load(configuration);
        assertThat(loaded.warnings()).isEmpty();
        assertThat(ConfigurationReader.read(loaded.values(), () -> "host").source())
                .isEqualTo(new ProxyConfiguration.Source.Kubernetes(Optional.of(kubeconfig), Optional.empty()));
        assertThat(container("args"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .contains("--config=" + MOUNT + "/config.conf", "--config-reload");
    }

    private Object pod(String field) {
        return daemonSet.get("spec", "template", "spec", field);
    }

    private Object container(Object... path) {
        return daemonSet.get(Stream.concat(Stream.of("spec", "template", "spec", "containers", 0), Stream.of(path))
                .toArray());
    }

    private static String read(String file) {
        try {
            return Files.readString(MANIFESTS.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
