package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.quoted;
import static dev.kubeproxy.control.kube.FieldReader.text;

import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Map;

/** Reads EndpointSlices, of either API version (rules B1-B7, A4). Pure; any thread. */
public final class EndpointSliceReader {

    /** Names the Service that a slice belongs to (rule B1). */
    public static final String SERVICE_LABEL = "kubernetes.io/service-name";

    public Reading<SliceSpec> read(EndpointSlice slice) {
        return read(RawSlice.of(slice));
    }

    public Reading<SliceSpec> read(io.fabric8.kubernetes.api.model.discovery.v1beta1.EndpointSlice slice) {
        return read(RawSlice.of(slice));
    }

    private static Reading<SliceSpec> read(RawSlice slice) {
        FieldReader fields = new FieldReader();
        ServiceName name = fields.name(slice.metadata());
        if (name == null) {
            return fields.refused();
        }
        Map<String, String> labels = FieldReader.labels(slice.metadata());
        if (labels.containsKey(ServiceReader.HEADLESS_LABEL)) {
            return new Reading.PassedOver<>("it has the label " + ServiceReader.HEADLESS_LABEL);
        }
        if ("FQDN".equals(slice.addressType())) {
            return new Reading.PassedOver<>("its addresses are names (FQDN)" + firstAddress(slice));
        }
        String service = text(labels.get(SERVICE_LABEL));
        if (service.isEmpty()) {
            fields.problem("metadata.labels", "has no " + SERVICE_LABEL + "; it names the Service the slice is for");
            return fields.refused();
        }
        return read(name, new ServiceName(name.namespace(), service), slice, fields);
    }

    private static Reading<SliceSpec> read(ServiceName name, ServiceName service, RawSlice slice, FieldReader fields) {
        String family = slice.addressType();
        if (!"IPv4".equals(family) && !"IPv6".equals(family)) {
            fields.problem("addressType", family == null ? "is missing; write IPv4 or IPv6" : wrongAddressType(family));
            return fields.refused();
        }
        EndpointFields endpoints = new EndpointFields(fields);
        return fields.read(new SliceSpec(
                name,
                service,
                endpoints.ports("ports", slice.ports()),
                endpoints.endpoints(i -> "endpoints[" + i + "].addresses[0]", slice.endpoints(), family)));
    }

    private static String firstAddress(RawSlice slice) {
        return slice.endpoints().stream()
                .flatMap(endpoint -> endpoint.addresses().stream())
                .findFirst()
                .map(address -> ", the first is " + address)
                .orElse("");
    }

    private static String wrongAddressType(String family) {
        return quoted(family) + " is not one of IPv4, IPv6, FQDN; the slice is left out";
    }
}
