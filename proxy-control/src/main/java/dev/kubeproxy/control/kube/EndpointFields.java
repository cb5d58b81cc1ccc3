package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.family;
import static dev.kubeproxy.control.kube.FieldReader.isPort;
import static dev.kubeproxy.control.kube.FieldReader.quoted;
import static dev.kubeproxy.control.kube.FieldReader.text;

import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.server.model.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Reads what slices and Endpoints objects have in common: named ports and endpoints (rules B2-B4, B6, B7). */
final class EndpointFields {

    private final FieldReader fields;

    EndpointFields(FieldReader fields) {
        this.fields = fields;
    }

    /**
     * The ports that have a number. A port without a name is the unnamed one, as the API server fills it in; SCTP is
     * left out without a word, since the Service's own port tells it.
     */
    List<SliceSpec.Port> ports(String path, List<RawSlice.Port> ports) {
        List<SliceSpec.Port> read = new ArrayList<>(ports.size());
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            RawSlice.Port port = ports.get(i);
            if (port.number() == null || port.number() == 0 || "SCTP".equals(port.protocol())) {
                continue;
            }
            String at = path + "[" + i + "]";
            String name = text(port.name());
            Protocol protocol = fields.protocol(at + ".protocol", port.protocol());
            if (!isPort(port.number())) {
                fields.problem(at + ".port", port.number() + " is not in 1-65535; this port is left out");
            } else if (!names.add(name)) {
                fields.problem(at + ".name", quoted(name) + " is another port's name too; this port is left out");
            } else if (protocol != null) {
                read.add(new SliceSpec.Port(name, protocol, port.number()));
            }
        }
        return read;
    }

    /**
     * The endpoints whose address makes sense.
     *
     * @param path the path of an endpoint's first address, by the endpoint's index
     * @param family what the slice says its addresses are; null where each may be of its own
     */
    List<SliceSpec.Endpoint> endpoints(
            IntFunction<String> path, List<RawSlice.Endpoint> endpoints, @Nullable String family) {
        List<SliceSpec.Endpoint> read = new ArrayList<>(endpoints.size());
        for (int i = 0; i < endpoints.size(); i++) {
            RawSlice.Endpoint endpoint = endpoints.get(i);
            String first =
                    endpoint.addresses().isEmpty() ? null : endpoint.addresses().getFirst();
            InetAddress address = address(path.apply(i), first, family);
            if (address != null) {
                read.add(endpoint(address, endpoint));
            }
        }
        return read;
    }

    private @Nullable InetAddress address(String path, @Nullable String text, @Nullable String family) {
        InetAddress address = fields.address(path, text);
        if (address != null && family != null && !family(address).equals(family)) {
            fields.problem(
                    FieldProblem.Kind.WRONG_FAMILY,
                    path,
                    text + " is no " + family + " address, as addressType says; it is left out");
            return null;
        }
        return address;
    }

    /** Fills in the conditions' defaults. Node names are few and come with every endpoint, so they are shared. */
    private static SliceSpec.Endpoint endpoint(InetAddress address, RawSlice.Endpoint endpoint) {
        boolean ready = !Boolean.FALSE.equals(endpoint.ready());
        return new SliceSpec.Endpoint(
                address,
                ready,
                Objects.requireNonNullElse(endpoint.serving(), ready),
                Boolean.TRUE.equals(endpoint.terminating()),
                endpoint.nodeName() == null ? null : endpoint.nodeName().intern(),
                Set.copyOf(endpoint.forZones()),
                Set.copyOf(endpoint.forNodes()));
    }
}
