package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An EndpointSlice of either API version, its fields as they were written. */
record RawSlice(
        @Nullable ObjectMeta metadata, @Nullable String addressType, List<Port> ports, List<Endpoint> endpoints) {

    /** Where v1beta1 says on which node an endpoint runs, before it got the field {@code nodeName}. */
    private static final String HOSTNAME = "kubernetes.io/hostname";

    record Port(
            @Nullable String name,
            @Nullable String protocol,
            @Nullable Integer number) {}

    /** Conditions are null where nothing was written. */
    record Endpoint(
            List<String> addresses,
            @Nullable Boolean ready,
            @Nullable Boolean serving,
            @Nullable Boolean terminating,
            @Nullable String nodeName,
            List<String> forZones,
            List<String> forNodes) {}

    static RawSlice of(io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice slice) {
        return new RawSlice(
                slice.getMetadata(),
                slice.getAddressType(),
                each(slice.getPorts()).stream()
                        .map(port -> new Port(port.getName(), port.getProtocol(), port.getPort()))
                        .toList(),
                each(slice.getEndpoints()).stream().map(RawSlice::endpoint).toList());
    }

    static RawSlice of(io.fabric8.kubernetes.api.model.discovery.v1beta1.EndpointSlice slice) {
        return new RawSlice(
                slice.getMetadata(),
                slice.getAddressType(),
                each(slice.getPorts()).stream()
                        .map(port -> new Port(port.getName(), port.getProtocol(), port.getPort()))
                        .toList(),
                each(slice.getEndpoints()).stream().map(RawSlice::endpoint).toList());
    }

    private static Endpoint endpoint(io.fabric8.kubernetes.api.model.discovery.v1.Endpoint endpoint) {
        var conditions = endpoint.getConditions();
        var hints = endpoint.getHints();
        return new Endpoint(
                each(endpoint.getAddresses()),
                conditions == null ? null : conditions.getReady(),
                conditions == null ? null : conditions.getServing(),
                conditions == null ? null : conditions.getTerminating(),
                endpoint.getNodeName(),
                hints == null ? List.of() : names(hints.getForZones(), zone -> zone.getName()),
                hints == null ? List.of() : names(hints.getForNodes(), node -> node.getName()));
    }

    private static Endpoint endpoint(io.fabric8.kubernetes.api.model.discovery.v1beta1.Endpoint endpoint) {
        var conditions = endpoint.getConditions();
        var hints = endpoint.getHints();
        Map<String, String> topology = endpoint.getTopology();
        String hostname = topology == null ? null : topology.get(HOSTNAME);
        return new Endpoint(
                each(endpoint.getAddresses()),
                conditions == null ? null : conditions.getReady(),
                conditions == null ? null : conditions.getServing(),
                conditions == null ? null : conditions.getTerminating(),
                endpoint.getNodeName() == null ? hostname : endpoint.getNodeName(),
                hints == null ? List.of() : names(hints.getForZones(), zone -> zone.getName()),
                List.of());
    }

    private static <T> List<String> names(@Nullable List<T> hints, Function<T, @Nullable String> name) {
        return each(hints).stream().map(name).filter(Objects::nonNull).toList();
    }
}
