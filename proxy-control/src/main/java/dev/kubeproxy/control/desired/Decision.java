package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.TrafficPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What was decided for one Service, and what it was decided from; so it can tell why, by the same code, when somebody
 * asks. Nothing is worked out before.
 */
public record Decision(ServiceSpec service, List<SliceSpec> slices, NodeFacts node, DesiredService desired) {

    public Decision {
        slices = List.copyOf(slices);
    }

    public ServiceName name() {
        return service.name();
    }

    /** How it was decided, for each service port. */
    public List<PortAccount> explain() {
        EndpointSliceMerge endpoints = EndpointSliceMerge.of(slices, node.name());
        List<PortAccount> accounts = new ArrayList<>();
        for (ServicePort port : desired.state().ports()) {
            service.ports().stream()
                    .filter(spec -> spec.name().equals(port.name().port())
                            && spec.protocol() == port.name().protocol())
                    .findFirst()
                    .ifPresent(spec -> accounts.add(account(port, spec, endpoints.of(spec))));
        }
        return accounts;
    }

    private PortAccount account(ServicePort port, ServiceSpec.Port spec, Collection<ServiceEndpoint> endpoints) {
        var policies = PortPolicies.of(service, spec, port.name().family());
        List<ServiceEndpoint> ofFamily =
                EndpointSelection.of(port.name().family(), endpoints).toList();
        Map<TrafficPolicy, Choice> choices = new EndpointSelection(node).choices(ofFamily, policies);
        Map<TrafficPolicy, Function<ServiceEndpoint, EndpointVerdict>> verdicts = new EnumMap<>(TrafficPolicy.class);
        choices.forEach((policy, choice) -> verdicts.put(policy, choice.verdicts(node)));
        List<PortAccount.Endpoint> accounts = ofFamily.stream()
                .map(endpoint -> account(endpoint, verdicts))
                .sorted(Comparator.comparing(PortAccount.Endpoint::backend, EndpointSelection.ORDER))
                .toList();
        return new PortAccount(port.name(), clients(policies, choices, port.usableAnywhere()), accounts);
    }

    private static PortAccount.Endpoint account(
            ServiceEndpoint endpoint, Map<TrafficPolicy, Function<ServiceEndpoint, EndpointVerdict>> verdicts) {
        Map<TrafficPolicy, EndpointVerdict> all = new EnumMap<>(TrafficPolicy.class);
        verdicts.forEach((policy, verdict) -> all.put(policy, verdict.apply(endpoint)));
        return new PortAccount.Endpoint(endpoint.backend(), endpoint.facts(), endpoint.local(), all);
    }

    private static List<PortAccount.Clients> clients(
            PortPolicies policies, Map<TrafficPolicy, Choice> choices, boolean usableAnywhere) {
        List<PortAccount.Clients> clients = new ArrayList<>();
        policies.forEachClients((who, policy) -> {
            Choice choice = choices.get(policy);
            int count = choice == null ? 0 : choice.endpoints().size();
            clients.add(new PortAccount.Clients(who, policy, outcome(count, usableAnywhere)));
        });
        return clients;
    }

    /** As rules D1 and D2 have it. */
    private static String outcome(int endpoints, boolean usableAnywhere) {
        if (endpoints > 0) {
            return endpoints == 1 ? "go to the one endpoint" : "go to " + endpoints + " endpoints in turn";
        }
        return usableAnywhere
                ? "get no answer: there are endpoints, but none on this node"
                : "are refused: no endpoint is ready";
    }
}
