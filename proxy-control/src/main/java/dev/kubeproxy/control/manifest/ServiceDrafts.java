package dev.kubeproxy.control.manifest;

import dev.kubeproxy.control.desired.AddressRequest;
import dev.kubeproxy.control.desired.FamilyPlan;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.kube.Reading;
import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.control.manifest.ManifestObject.Content;
import dev.kubeproxy.control.manifest.ObjectKey.Kind;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads Services that may lack what an API server would fill in. They are read with an address of each family that they
 * will have, so that the reader sees a whole Service; the real ones are put in once they are allocated.
 */
final class ServiceDrafts {

    private final ServiceReader reader;
    private final List<Cidr> ranges;

    ServiceDrafts(ServiceReader reader, List<Cidr> ranges) {
        this.reader = reader;
        this.ranges = List.copyOf(ranges);
    }

    ManifestObject read(DocumentReader.Source source) throws Fault.Found {
        Service service = source.as(Service.class);
        ObjectKey key = DocumentReader.key(Kind.SERVICE, source);
        if (!needsAddresses(service.getSpec())) {
            return DocumentReader.object(key, source, reader.read(service).map(spec -> new Content.Sets(List.of())));
        }
        List<String> named = clusterIps(service.getSpec());
        AddressRequest families = request(key, service.getSpec(), named, List.of());
        FamilyPlan plan = FamilyPlan.of(families, ranges);
        if (!plan.problems().isEmpty()) {
            return DocumentReader.object(key, source, Reading.refused(plan.problems()));
        }
        service.getSpec()
                .setClusterIPs(plan.families().stream().map(this::standIn).toList());
        Reading<ServiceSpec> reading = reader.read(service);
        List<String> problems = reading instanceof Reading.Read ? ServiceRules.problems(service, named) : List.of();
        if (!problems.isEmpty()) {
            return DocumentReader.object(key, source, Reading.refused(problems));
        }
        return DocumentReader.object(key, source, reading.map(draft -> {
            AddressRequest request = request(key, service.getSpec(), named, nodePorts(service.getSpec(), draft));
            int line = source.line("");
            return new Content.Draft(
                    request, draft, source.line("spec.clusterIP") - line, source.line("spec.ports") - line);
        }));
    }

    /** Headless and ExternalName Services have none (rules A1, A2). */
    private static boolean needsAddresses(io.fabric8.kubernetes.api.model.@Nullable ServiceSpec spec) {
        return spec != null
                && !"ExternalName".equals(spec.getType())
                && !clusterIps(spec).contains("None");
    }

    private static List<String> clusterIps(io.fabric8.kubernetes.api.model.ServiceSpec spec) {
        List<String> several = texts(spec.getClusterIPs());
        return several.isEmpty() ? texts(singleton(spec.getClusterIP())) : several;
    }

    private static AddressRequest request(
            ObjectKey key,
            io.fabric8.kubernetes.api.model.ServiceSpec spec,
            List<String> clusterIps,
            List<AddressRequest.Port> nodePorts) {
        return new AddressRequest(
                key.name(),
                clusterIps,
                texts(spec.getIpFamilies()),
                Objects.requireNonNullElse(spec.getIpFamilyPolicy(), ""),
                nodePorts);
    }

    /** The ports that have a nodePort, or get one (rule I5). */
    private static List<AddressRequest.Port> nodePorts(
            io.fabric8.kubernetes.api.model.ServiceSpec spec, ServiceSpec draft) {
        boolean given = switch (Objects.requireNonNullElse(spec.getType(), "")) {
            case "NodePort" -> true;
            case "LoadBalancer" -> !Boolean.FALSE.equals(spec.getAllocateLoadBalancerNodePorts());
            default -> false;
        };
        return draft.ports().stream()
                .filter(port -> given || port.nodePort() != 0)
                .map(port -> new AddressRequest.Port(port.port(), port.protocol(), port.nodePort()))
                .toList();
    }

    private static List<String> singleton(@Nullable String text) {
        return text == null ? List.of() : List.of(text);
    }

    private static List<String> texts(@Nullable List<String> texts) {
        return texts == null
                ? List.of()
                : texts.stream().filter(text -> text != null && !text.isEmpty()).toList();
    }

    private String standIn(IpFamily family) {
        return ranges.stream()
                .filter(range -> range.family() == family)
                .map(range -> Addresses.text(range.network()))
                .findFirst()
                .orElseThrow();
    }
}
