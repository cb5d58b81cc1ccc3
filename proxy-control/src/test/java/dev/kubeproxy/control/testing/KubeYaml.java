package dev.kubeproxy.control.testing;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Kubernetes objects written as YAML. */
public final class KubeYaml {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private KubeYaml() {}

    public static <T> T object(Class<T> type, String yaml) {
        // The marker keeps a text that begins with a brace from being read as JSON.
        return SERIALIZATION.unmarshal("---\n" + yaml, type);
    }
}
