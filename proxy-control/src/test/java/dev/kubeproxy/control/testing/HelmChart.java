package dev.kubeproxy.control.testing;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The chart that operators install, as Helm itself lints and renders it. */
public final class HelmChart {

    private static final Path DIRECTORY = Path.of("../docker/kubernetes/helm/kube-proxy-userspace");
    private static final Path ALL_OPTIONS = Path.of("src/test/resources/helm/all-options.yaml");

    private HelmChart() {}

    public static LintResult lint() {
        return new Helm(DIRECTORY).lint().strict().call();
    }

    public static List<String> withDefaults() {
        return documents(template());
    }

    public static List<String> withAllOptions() {
        return documents(template().withValuesFile(ALL_OPTIONS));
    }

    /** Fails by Helm's own exception where it refuses a value. */
    public static List<String> with(Map<String, Object> values) {
        TemplateCommand template = template();
        values.forEach(template::set);
        return documents(template);
    }

    public static GenericKubernetesResource object(List<String> documents, String kind) {
        return documents.stream()
                .map(document -> KubeYaml.object(GenericKubernetesResource.class, document))
                .filter(object -> object.getKind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind));
    }

    private static TemplateCommand template() {
        return new Helm(DIRECTORY).template().withName("userspace").withNamespace("kube-system");
    }

    private static List<String> documents(TemplateCommand template) {
        return Stream.of(template.call().split("(?m)^---$"))
                .filter(document -> document.contains("kind:"))
                .toList();
    }
}
