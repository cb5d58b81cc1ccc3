package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All slices of one Service as endpoints by port, each address and port once (rules B1-B5). */
final class EndpointSliceMerge {

    /** What slice ports and Service ports are matched by (rule B2). */
    record PortKey(String name, Protocol protocol) {}

    /** Of two slices that disagree on an endpoint, the local view wins, then the more useful one (rule B5). */
    private static final Comparator<ServiceEndpoint> PREFERENCE = Comparator.comparing(ServiceEndpoint::local)
            .thenComparing(ServiceEndpoint::ready)
            .thenComparing(ServiceEndpoint::lastResort)
            .thenComparing(ServiceEndpoint::keepsConnections);

    private final Map<PortKey, Map<Backend, ServiceEndpoint>> endpoints = new HashMap<>();
    private final String nodeName;

    private EndpointSliceMerge(String nodeName) {
        this.nodeName = nodeName;
    }

    /** @param slices in a stable order: of equally good views the first is kept */
    static EndpointSliceMerge of(Collection<SliceSpec> slices, String nodeName) {
        EndpointSliceMerge merge = new EndpointSliceMerge(nodeName);
        slices.forEach(merge::add);
        return merge;
    }

    /** The endpoints of the port, in no order. */
    Collection<ServiceEndpoint> of(ServiceSpec.Port port) {
        Map<Backend, ServiceEndpoint> found = endpoints.get(new PortKey(port.name(), port.protocol()));
        return found == null ? List.of() : found.values();
    }

    /** How many addresses of the family have a ready endpoint on this node, whatever its ports (rule K7). */
    int localReadyIps(IpFamily family) {
        return (int) endpoints.values().stream()
                .flatMap(ofPort -> ofPort.values().stream())
                .filter(endpoint -> endpoint.local() && endpoint.ready())
                .map(endpoint -> endpoint.facts().address())
                .filter(address -> IpFamily.of(address) == family)
                .distinct()
                .count();
    }

    private void add(SliceSpec slice) {
        for (SliceSpec.Port port : slice.ports()) {
            Map<Backend, ServiceEndpoint> ofPort =
                    endpoints.computeIfAbsent(new PortKey(port.name(), port.protocol()), _ -> new HashMap<>());
            for (SliceSpec.Endpoint facts : slice.endpoints()) {
                Backend backend = Backend.of(facts.address(), port.port());
                ServiceEndpoint endpoint = new ServiceEndpoint(backend, facts, nodeName.equals(facts.nodeName()));
                ofPort.merge(backend, endpoint, EndpointSliceMerge::preferred);
            }
        }
    }

    private static ServiceEndpoint preferred(ServiceEndpoint first, ServiceEndpoint second) {
        return PREFERENCE.compare(second, first) > 0 ? second : first;
    }
}
