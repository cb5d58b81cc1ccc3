package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;
import static dev.kubeproxy.control.kube.FieldReader.family;

import io.fabric8.kubernetes.api.model.Service;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the addresses that a Service has besides its cluster IPs, in the families of those (rule J1). */
record FamilyAddresses(List<InetAddress> clusterIps, FieldReader fields) {

    List<InetAddress> externalIps(Service service) {
        Set<InetAddress> served = new LinkedHashSet<>();
        List<String> texts = each(service.getSpec().getExternalIPs());
        for (int i = 0; i < texts.size(); i++) {
            address("spec.externalIPs[" + i + "]", texts.get(i)).ifPresent(served::add);
        }
        return List.copyOf(served);
    }

    Optional<InetAddress> address(String path, @Nullable String text) {
        InetAddress address = fields.address(path, text);
        if (address == null) {
            return Optional.empty();
        }
        if (clusterIps.stream().noneMatch(ip -> family(ip).equals(family(address)))) {
            fields.problem(
                    FieldProblem.Kind.WRONG_FAMILY,
                    path,
                    text + " is left out: the Service has no " + family(address) + " cluster IP");
            return Optional.empty();
        }
        return Optional.of(address);
    }
}
