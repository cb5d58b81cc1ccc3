package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;

import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads core {@code v1} Endpoints, the older form in which people write endpoints by hand: a slice for each subset, named
 * {@code NAME/subset-N}, which no object can be named. Pure; any thread.
 */
public final class EndpointsReader {

    public Reading<List<SliceSpec>> read(Endpoints endpoints) {
        FieldReader fields = new FieldReader();
        ServiceName service = fields.name(endpoints.getMetadata());
        if (service == null) {
            return fields.refused();
        }
        if (FieldReader.labels(endpoints.getMetadata()).containsKey(ServiceReader.HEADLESS_LABEL)) {
            return new Reading.PassedOver<>("it has the label " + ServiceReader.HEADLESS_LABEL);
        }
        List<EndpointSubset> subsets = each(endpoints.getSubsets());
        List<SliceSpec> slices = new ArrayList<>(subsets.size());
        for (int i = 0; i < subsets.size(); i++) {
            slices.add(slice(service, i, subsets.get(i), fields));
        }
        return fields.read(List.copyOf(slices));
    }

    private static SliceSpec slice(ServiceName service, int index, EndpointSubset subset, FieldReader fields) {
        String path = "subsets[" + index + "]";
        EndpointFields endpointFields = new EndpointFields(fields);
        List<SliceSpec.Endpoint> endpoints = new ArrayList<>();
        endpoints.addAll(endpointFields.endpoints(
                i -> path + ".addresses[" + i + "].ip", raw(subset.getAddresses(), true), null));
        endpoints.addAll(endpointFields.endpoints(
                i -> path + ".notReadyAddresses[" + i + "].ip", raw(subset.getNotReadyAddresses(), false), null));
        List<RawSlice.Port> ports = each(subset.getPorts()).stream()
                .map(port -> new RawSlice.Port(port.getName(), port.getProtocol(), port.getPort()))
                .toList();
        return new SliceSpec(
                new ServiceName(service.namespace(), service.name() + "/subset-" + index),
                service,
                endpointFields.ports(path + ".ports", ports),
                endpoints);
    }

    private static List<RawSlice.Endpoint> raw(List<EndpointAddress> addresses, boolean ready) {
        return each(addresses).stream()
                .map(address -> new RawSlice.Endpoint(
                        address.getIp() == null ? List.of() : List.of(address.getIp()),
                        ready,
                        null,
                        null,
                        address.getNodeName(),
                        List.of(),
                        List.of()))
                .toList();
    }
}
