package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Rule;
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
}
