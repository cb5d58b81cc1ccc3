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
            address(path, texts.get(i)).filter(ip -> !isLinkLocal(path, ip)).ifPresent(served::add);
        }
        return List.copyOf(served);
    }

    /** Made local, it would cut the node off from what clouds serve there. The API server lets none through. */
    private boolean isLinkLocal(String path, InetAddress address) {
        if (address.isLinkLocalAddress()) {
            fields.problem(path, Addresses.text(address) + " is left out: it is a link-local address");
        }
        return address.isLinkLocalAddress();
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
