package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.TrafficPolicy;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which endpoints of a service port become backends, seen from one node. */
final class EndpointSelection {

    /** By address, then port: equal sets make equal pools, however slices are cut. */
    static final Comparator<Backend> ORDER = Comparator.comparing(Backend::address, EndpointSelection::compare);

    private final NodeFacts node;

    EndpointSelection(NodeFacts node) {
        this.node = node;
    }

    /** Chooses among a service port's endpoints those of the family, as lists for the policies (rules C1-C4). */
    EndpointLists lists(Collection<ServiceEndpoint> endpoints, IpFamily family, PortPolicies policies) {
        List<ServiceEndpoint> ofFamily = of(family, endpoints).toList();
        Map<TrafficPolicy, Choice> choices = choices(ofFamily, policies);
        return new EndpointLists(
                backends(choices.get(TrafficPolicy.CLUSTER)),
                backends(choices.get(TrafficPolicy.LOCAL)),
                ofFamily.stream().anyMatch(ServiceEndpoint::usable));
    }

    /** The choices behind {@link #lists}, for each policy that has one; the endpoints are of one family. */
    Map<TrafficPolicy, Choice> choices(Collection<ServiceEndpoint> ofFamily, PortPolicies policies) {
        List<ServiceEndpoint> usable =
                ofFamily.stream().filter(ServiceEndpoint::usable).toList();
        Map<TrafficPolicy, Choice> choices = new EnumMap<>(TrafficPolicy.class);
        if (policies.needClusterList()) {
            choices.put(TrafficPolicy.CLUSTER, cluster(usable));
        }
        if (policies.needLocalList()) {
            choices.put(TrafficPolicy.LOCAL, local(usable));
        }
        return choices;
    }

    /** How many of the endpoints of the family stand how, where these lists were chosen among them. */
    static Map<Standing, Integer> standings(
            Collection<ServiceEndpoint> endpoints, IpFamily family, PortPolicies policies, EndpointLists lists) {
        Set<Backend> used = new HashSet<>(lists.cluster());
        used.addAll(lists.local());
        Map<Standing, Integer> counts = new EnumMap<>(Standing.class);
        of(family, endpoints)
                .map(endpoint -> standing(endpoint, used.contains(endpoint.backend()), policies.needClusterList()))
                .forEach(standing -> counts.merge(standing, 1, Integer::sum));
        return counts;
    }

    /** @param anywhere true where some clients may go to any node */
    private static Standing standing(ServiceEndpoint endpoint, boolean used, boolean anywhere) {
        if (used) {
            return endpoint.ready() ? Standing.READY : Standing.TERMINATING;
        }
        if (!endpoint.ready()) {
            return endpoint.facts().terminating() ? Standing.SHUTTING_DOWN : Standing.NOT_READY;
        }
        return anywhere ? Standing.FOR_OTHERS : Standing.NOT_LOCAL;
    }

    /** Those of the family whose connections may go on, whoever gets new ones (rule D9). */
    static Set<Backend> members(Collection<ServiceEndpoint> endpoints, IpFamily family) {
        return of(family, endpoints)
                .filter(ServiceEndpoint::keepsConnections)
                .map(ServiceEndpoint::backend)
                .collect(Collectors.toUnmodifiableSet());
    }

    static Stream<ServiceEndpoint> of(IpFamily family, Collection<ServiceEndpoint> endpoints) {
        return endpoints.stream()
                .filter(endpoint -> IpFamily.of(endpoint.facts().address()) == family);
    }

    /** The ready ones, the near where hints say so; hints mean nothing to those that shut down (rule C1). */
    private Choice cluster(List<ServiceEndpoint> usable) {
        List<ServiceEndpoint> ready =
                usable.stream().filter(ServiceEndpoint::ready).toList();
        return ready.isEmpty()
                ? new Choice(Choice.Rule.LAST_RESORT, usable)
                : TopologyHints.near(ready, node.name(), node.zone());
    }

    /** Hints mean nothing here: the node is as near as can be (rules C2, C9). */
    private static Choice local(List<ServiceEndpoint> usable) {
        List<ServiceEndpoint> local =
                usable.stream().filter(ServiceEndpoint::local).toList();
        List<ServiceEndpoint> ready =
                local.stream().filter(ServiceEndpoint::ready).toList();
        return ready.isEmpty()
                ? new Choice(Choice.Rule.LOCAL_LAST_RESORT, local)
                : new Choice(Choice.Rule.LOCAL_READY, ready);
    }

    private static List<Backend> backends(@Nullable Choice choice) {
        if (choice == null) {
            return List.of();
        }
        return choice.endpoints().stream()
                .map(ServiceEndpoint::backend)
                .sorted(ORDER)
                .toList();
    }

    private static int compare(InetSocketAddress one, InetSocketAddress other) {
        int byAddress = Arrays.compareUnsigned(
                one.getAddress().getAddress(), other.getAddress().getAddress());
        return byAddress != 0 ? byAddress : Integer.compare(one.getPort(), other.getPort());
    }
}
