package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.ServiceState;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes one Service's desired state from its spec and slices. A dual-stack Service gets a service port for each port and
 * family, so that each family has its own pool (rule J2). Pools equal to the ones before are the same instances.
 */
final class ServiceStateBuilder {

    private final ServiceSpec service;
    private final NodeFacts node;
    private final EndpointSelection selection;
    private final NodePortAddresses nodePorts;
    private final DrainPolicy drainPolicy;
    private final Map<InetAddress, AddressOwner> elsewhere;

    /**
     * A builder of the Service's state on the node.
     *
     * @param drainPolicy holds where the Service has none of its own
     * @param owners have addresses that are not served here
     */
    ServiceStateBuilder(
            ServiceSpec service,
            NodeFacts node,
            NodePortAddresses nodePorts,
            DrainPolicy drainPolicy,
            AddressOwners owners) {
        this.service = service;
        this.node = node;
        this.selection = new EndpointSelection(node);
        this.nodePorts = nodePorts;
        this.drainPolicy = service.extras().drainPolicy().orElse(drainPolicy);
        this.elsewhere = owners.elsewhere(service, node);
    }

    Built build(Collection<SliceSpec> slices, DesiredService before) {
        EndpointSliceMerge endpoints = EndpointSliceMerge.of(slices, node.name());
        Map<ServicePortName, ServicePort> portsBefore = new HashMap<>();
        before.state().ports().forEach(port -> portsBefore.put(port.name(), port));
        List<ServicePort> ports = new ArrayList<>();
        Set<InetAddress> addresses = new HashSet<>();
        Map<ServicePortName, Map<Standing, Integer>> standings = new HashMap<>();
        for (IpFamily family : families()) {
            for (ServiceSpec.Port port : service.ports()) {
                ServicePort now = port(port, family, endpoints, standings);
                ports.add(reuse(now, portsBefore.getOrDefault(now.name(), now)));
            }
            addresses.addAll(service.addresses(family).filter(this::servedHere).toList());
        }
        var asked = new DesiredService(
                new ServiceState(service.name(), service.created(), ports), addresses, elsewhere, health(endpoints));
        return new Built(asked, standings);
    }

    /** An endpoint of two families is one, so the family counts that has more. */
    private Optional<ServiceHealth> health(EndpointSliceMerge endpoints) {
        int port = service.loadBalancer().healthCheckNodePort();
        List<IpFamily> families = families();
        if (port == 0 || families.isEmpty()) {
            return Optional.empty();
        }
        Set<InetAddress> addresses = new HashSet<>();
        families.forEach(family -> addresses.addAll(nodePorts.addresses(Protocol.TCP, family, node)));
        int localEndpoints =
                families.stream().mapToInt(endpoints::localReadyIps).max().orElse(0);
        return Optional.of(new ServiceHealth(port, addresses, localEndpoints));
    }

    /** @param standings takes how the port's endpoints stand */
    private ServicePort port(
            ServiceSpec.Port port,
            IpFamily family,
            EndpointSliceMerge endpoints,
            Map<ServicePortName, Map<Standing, Integer>> standings) {
        PortPolicies policies = PortPolicies.of(service, port, family);
        Collection<ServiceEndpoint> ofPort = endpoints.of(port);
        EndpointLists lists = selection.lists(ofPort, family, policies);
        ServicePortName name = new ServicePortName(service.name(), port.name(), port.protocol(), family);
        standings.put(name, EndpointSelection.standings(ofPort, family, policies, lists));
        return new ServicePort(
                name,
                frontends(port, family, policies),
                new BackendPool(lists.cluster(), service.affinity()),
                new BackendPool(lists.local(), service.affinity()),
                lists.usableAnywhere(),
                drain(port, family, ofPort),
                service.extras().udpBalancing());
    }

    private Drain drain(ServiceSpec.Port port, IpFamily family, Collection<ServiceEndpoint> endpoints) {
        return port.protocol() == Protocol.TCP && drainPolicy == DrainPolicy.CLOSE
                ? new Drain.Close(EndpointSelection.members(endpoints, family))
                : Drain.KEEP;
    }

    /** With the pools that were there before where they are equal, so that one copy is kept. */
    private static ServicePort reuse(ServicePort now, ServicePort before) {
        return new ServicePort(
                now.name(),
                now.frontends().equals(before.frontends()) ? before.frontends() : now.frontends(),
                now.cluster().equals(before.cluster()) ? before.cluster() : now.cluster(),
                now.local().equals(before.local()) ? before.local() : now.local(),
                now.usableAnywhere(),
                now.drain().equals(before.drain()) ? before.drain() : now.drain(),
                now.udpBalancing());
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
    private Map<Frontend, Access> frontends(ServiceSpec.Port port, IpFamily family, PortPolicies policies) {
        Map<Frontend, Access> frontends = new HashMap<>();
        for (InetAddress address :
                service.addresses(family).filter(this::servedHere).toList()) {
            frontends.putIfAbsent(
                    new Frontend(address, port.port(), port.protocol()), policies.access(address, service, node));
        }
        if (port.nodePort() != 0) {
            for (InetAddress address : nodePorts.addresses(port.protocol(), family, node)) {
                frontends.putIfAbsent(new Frontend(address, port.nodePort(), port.protocol()), policies.nodePort());
            }
        }
        return frontends;
    }

    private boolean servedHere(InetAddress address) {
        return !elsewhere.containsKey(address);
    }
}
