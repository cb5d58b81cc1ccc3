package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.nodePort;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.with;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.TrafficPolicy;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words of tables that say which endpoints a service port uses. */
final class EndpointTable {

    /** {@code RL#1@a,b}: ready, local, hinted for the node {@code node-1} and the zones a and b. */
    private static final Pattern ENDPOINT = Pattern.compile("([RTUX])(L?)(?:#(\\d))?(?:@([a-z,]+))?");

    private EndpointTable() {}

    /** {@code iTP eTP NP}: Local by the first two, accessible from outside by the third; {@code CIP} for none of them. */
    static ServiceSpec serviceOf(String words) {
        Set<String> said = Set.of(words.split(" ", -1));
        ServiceSpec.Port port = said.contains("NP") ? nodePort(Protocol.TCP, 80, 30080) : tcp("", 80);
        return with(service("web", "10.96.0.10", port), policy(said, "iTP"), policy(said, "eTP"));
    }

    private static TrafficPolicy policy(Set<String> said, String word) {
        return said.contains(word) ? TrafficPolicy.LOCAL : TrafficPolicy.CLUSTER;
    }

    /** {@code node-1 zone-a}; without a zone where there is one word only. */
    static NodeFacts nodeOf(String words) {
        int space = words.indexOf(' ');
        String name = space < 0 ? words : words.substring(0, space);
        String zone = space < 0 ? "" : words.substring(space + " zone-".length());
        return new NodeFacts(name, new NodeSpec(name, zone, List.of()), List.of());
    }

    /**
     * The endpoints, numbered from 1. {@code R} is ready, {@code T} terminates and still serves, {@code U} serves but is
     * neither ready nor terminating, {@code X} terminates and serves no more.
     */
    static List<SliceSpec.Endpoint> endpointsOf(String words, NodeFacts node) {
        List<SliceSpec.Endpoint> endpoints = new ArrayList<>();
        for (String word : words.isEmpty() ? new String[0] : words.split(" ", -1)) {
            endpoints.add(endpointOf(word, address(endpoints.size() + 1), node));
        }
        return endpoints;
    }

    private static SliceSpec.Endpoint endpointOf(String word, InetAddress address, NodeFacts node) {
        Matcher matcher = ENDPOINT.matcher(word);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not an endpoint: " + word);
        }
        String state = matcher.group(1);
        return new SliceSpec.Endpoint(
                address,
                state.equals("R"),
                !state.equals("X"),
                state.equals("T") || state.equals("X"),
                matcher.group(2).isEmpty() ? "another node" : node.name(),
                matcher.group(4) == null ? Set.of() : Set.of(matcher.group(4).split(",", -1)),
                matcher.group(3) == null ? Set.of() : Set.of("node-" + matcher.group(3)));
    }

    /** {@code lists} for the one port of a Service. */
    static EndpointLists lists(ServiceSpec service, NodeFacts node, List<SliceSpec.Endpoint> endpoints) {
        ServiceSpec.Port port = service.ports().getFirst();
        SliceSpec slice = Specs.slice("web-1", "web", 80, endpoints.toArray(SliceSpec.Endpoint[]::new));
        return new EndpointSelection(node)
                .lists(
                        EndpointSliceMerge.of(List.of(slice), node.name()).of(port),
                        IpFamily.IPV4,
                        PortPolicies.of(service, port, IpFamily.IPV4));
    }

    /**
     * A list's endpoints by their numbers; an empty list as what becomes of its clients: {@code reject} where there is
     * nothing anywhere, {@code drop} where another node has something.
     */
    static String text(List<Backend> list, boolean usableAnywhere) {
        if (list.isEmpty()) {
            return usableAnywhere ? "drop" : "reject";
        }
        return list.stream()
                .map(backend -> String.valueOf(backend.address().getAddress().getAddress()[3]))
                .collect(Collectors.joining(" "));
    }

    private static InetAddress address(int number) {
        return Specs.address("10.0.0." + number);
    }
}
