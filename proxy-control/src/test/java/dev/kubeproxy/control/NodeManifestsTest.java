package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.ConfigurationFile.Loaded;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators apply to a cluster. */
class NodeManifestsTest {

    private static final Path MANIFESTS = Path.of("../docker/kubernetes");
    private static final String MOUNT = "/var/lib/kube-proxy";

    private final DaemonSet daemonSet = KubeYaml.object(DaemonSet.class, read("daemonset.yaml"));
    private final PodSpec pod = daemonSet.getSpec().getTemplate().getSpec();
    private final Container container = pod.getContainers().getFirst();

    @Test
    @Rule("Q2")
    void theDaemonSetStandsWhereKubeProxyStood() {
        assertThat(daemonSet.getMetadata().getName()).isEqualTo("kube-proxy");
        assertThat(daemonSet.getSpec().getTemplate().getMetadata().getLabels()).containsEntry("k8s-app", "kube-proxy");
        assertThat(pod.getHostNetwork()).isTrue();
        assertThat(pod.getPriorityClassName()).isEqualTo("system-node-critical");
        assertThat(pod.getTolerations()).extracting(Toleration::getOperator).containsExactly("Exists");
        assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    }

    @Test
    @Rule("Q2")
    void itHasNoMoreRightsThanItNeeds() {
        assertThat(container.getSecurityContext().getPrivileged()).isNull();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getSecurityContext().getCapabilities().getAdd())
                .containsExactly("NET_ADMIN", "NET_BIND_SERVICE", "BPF");
        String binding = read("rbac.yaml").split("---\n", -1)[1];
        assertThat(KubeYaml.object(ClusterRoleBinding.class, binding)
                        .getRoleRef()
                        .getName())
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
        assertThat(container.getArgs()).contains("--config=" + MOUNT + "/config.conf");
    }

    private static String read(String file) {
        try {
            return Files.readString(MANIFESTS.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
