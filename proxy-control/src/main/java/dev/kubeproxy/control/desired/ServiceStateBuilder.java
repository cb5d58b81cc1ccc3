package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.ServiceState;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes one Service's desired state from its spec and slices. A dual-stack Service gets a service port for each port and
 * family, so that each family has its own pool (rule J2). Pools equal to the ones before are the same instances.
 */
final class ServiceStateBuilder {

    private static final Map<FrontendKind, Function<ServiceSpec, List<InetAddress>>> KINDS = new EnumMap<>(Map.of(
            FrontendKind.CLUSTER_IP, ServiceSpec::clusterIps,
            FrontendKind.EXTERNAL_IP, ServiceSpec::externalIps,
            FrontendKind.LOAD_BALANCER_IP, ServiceSpec::loadBalancerIps));

    private final ServiceSpec service;
    private final NodeFacts node;
    private final EndpointSelection selection;
    private final NodePortAddresses nodePorts;
    private final Set<InetAddress> elsewhere;

    /** @param elsewhere the addresses of other nodes: served there, and never made local here, which would cut us off */
    ServiceStateBuilder(ServiceSpec service, NodeFacts node, NodePortAddresses nodePorts, Set<InetAddress> elsewhere) {
        this.service = service;
        this.node = node;
        this.selection = new EndpointSelection(node);
        this.nodePorts = nodePorts;
        this.elsewhere = elsewhere;
    }

    DesiredService build(Collection<SliceSpec> slices, DesiredService before) {
        EndpointSliceMerge endpoints = EndpointSliceMerge.of(slices, node.name());
        Map<ServicePortName, BackendPool> poolsBefore = new HashMap<>();
        before.state().ports().forEach(port -> poolsBefore.put(port.name(), port.pool()));
        List<ServicePort> ports = new ArrayList<>();
        Set<InetAddress> addresses = new HashSet<>();
        for (IpFamily family : families()) {
            for (ServiceSpec.Port port : service.ports()) {
                var name = new ServicePortName(service.name(), port.name(), port.protocol(), family);
                BackendPool pool = pool(port, family, endpoints);
                BackendPool poolBefore = poolsBefore.getOrDefault(name, pool);
                ports.add(new ServicePort(name, frontends(port, family), pool.equals(poolBefore) ? poolBefore : pool));
                KINDS.values()
                        .forEach(ofService -> addresses.addAll(
                                served(ofService.apply(service), family).toList()));
            }
        }
        return new DesiredService(new ServiceState(service.name(), service.created(), ports), addresses);
    }

    /** The one pool for all of a port's frontends; the internal policy says which list it is made of. */
    private BackendPool pool(ServiceSpec.Port port, IpFamily family, EndpointSliceMerge endpoints) {
        PortPolicies policies = PortPolicies.of(service, port, family);
        EndpointLists lists = selection.lists(endpoints.of(port), family, policies);
        return new BackendPool(lists.of(policies.internal()), service.affinity());
    }

    /** The families that the Service has a ClusterIP of and this node can serve (rules J2, J3). */
    private List<IpFamily> families() {
        return service.clusterIps().stream()
                .map(IpFamily::of)
                .distinct()
                .filter(node::has)
                .toList();
    }

    /** Of two kinds that name the same frontend the first counts. */
    private Map<Frontend, FrontendKind> frontends(ServiceSpec.Port port, IpFamily family) {
        Map<Frontend, FrontendKind> frontends = new HashMap<>();
        KINDS.forEach((kind, ofService) -> served(ofService.apply(service), family)
                .forEach(address -> frontends.putIfAbsent(new Frontend(address, port.port(), port.protocol()), kind)));
        if (port.nodePort() != 0) {
            nodePorts.addresses(port.protocol(), family, node).stream()
                    .map(address -> new Frontend(address, port.nodePort(), port.protocol()))
                    .forEach(frontend -> frontends.putIfAbsent(frontend, FrontendKind.NODE_PORT));
        }
        return frontends;
    }

    private Stream<InetAddress> served(List<InetAddress> addresses, IpFamily family) {
        return addresses.stream()
                .filter(address -> IpFamily.of(address) == family)
                .filter(address -> !elsewhere.contains(address));
    }
}
