package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;
import static dev.kubeproxy.control.kube.FieldReader.family;

import dev.kubeproxy.server.model.Addresses;
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
            String path = "spec.externalIPs[" + i + "]";
            address(path, texts.get(i)).filter(ip -> isPublic(path, ip)).ifPresent(served::add);
        }
        return List.copyOf(served);
    }

    /** The API server lets no others through. */
    private boolean isPublic(String path, InetAddress address) {
        boolean special = address.isLoopbackAddress() || address.isLinkLocalAddress();
        if (special) {
            fields.problem(path, Addresses.text(address) + " is left out: it is a loopback or link-local address");
        }
        return !special;
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
