package dev.kubeproxy.control.lab;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A Service with every kind of address in both families, HTTP on one port and a UDP echo on another, and its endpoints, as manifests.
 * The external and balancer addresses 1 are routed from the outside to node1, those of 2 to node2.
 */
final class TracedService {

    static final int HEALTH_CHECK_NODE_PORT = 30990;

    /** The addresses by their names in a table of traces: first the IPv4 one, then the IPv6 one. */
    private static final Map<String, String[]> ADDRESSES = Map.of(
            "cluster", new String[] {"10.96.8.1", "fd00:10:96::81"},
            "node1", new String[] {"192.168.77.11", "fd00:77::11"},
            "node2", new String[] {"192.168.77.12", "fd00:77::12"},
            "localhost", new String[] {"127.0.0.1", "::1"},
            "external1", new String[] {"198.51.100.31", "2001:db8::31"},
            "external2", new String[] {"198.51.100.32", "2001:db8::32"},
            "balancer1", new String[] {"198.51.100.41", "2001:db8::41"},
            "balancer2", new String[] {"198.51.100.42", "2001:db8::42"});

    private static final Map<String, String> CONDITIONS = Map.of(
            "ready", "{ready: true, serving: true, terminating: false}",
            "terminating", "{ready: false, serving: true, terminating: true}",
            "unready", "{ready: false, serving: false, terminating: false}",
            "gone", "{ready: false, serving: false, terminating: true}");

    private TracedService() {}

    /** The Service with more of a spec, and its endpoints: "pod1a" is a ready one, "pod1a terminating" one that shuts down. */
    static String with(String spec, String... endpoints) {
        return service(spec.replace("\n", "\n  ")) + slice("IPv4", endpoints) + slice("IPv6", endpoints);
    }

    /** The names of all its addresses. */
    static Set<String> destinations() {
        return ADDRESSES.keySet();
    }

    /** The IPv4 and the IPv6 address of this name. */
    static String[] addresses(String destination) {
        return Objects.requireNonNull(ADDRESSES.get(destination), destination);
    }

    /** The port that a client dials: 80 and 53 or, at a node's own address, the NodePorts. */
    static int port(String destination, String protocol) {
        boolean nodePort = destination.startsWith("node") || destination.equals("localhost");
        if (protocol.equals("tcp")) {
            return nodePort ? 30180 : 80;
        }
        return nodePort ? 30181 : 53;
    }

    private static String service(String spec) {
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: traced, namespace: default}
            spec:
              type: LoadBalancer
              ipFamilyPolicy: RequireDualStack
              ipFamilies: [IPv4, IPv6]
              clusterIP: 10.96.8.1
              clusterIPs: [10.96.8.1, "fd00:10:96::81"]
              externalIPs: [198.51.100.31, 198.51.100.32, "2001:db8::31", "2001:db8::32"]
              ports:
                - {name: http, port: 80, nodePort: 30180, protocol: TCP}
                - {name: echo, port: 53, nodePort: 30181, protocol: UDP}
              %s
            status:
              loadBalancer:
                ingress: [{ip: 198.51.100.41}, {ip: 198.51.100.42}, {ip: "2001:db8::41"}, {ip: "2001:db8::42"}]
            """.formatted(spec);
    }

    private static String slice(String family, String... endpoints) {
        return """
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: traced-%1$s, namespace: default, labels: {kubernetes.io/service-name: traced}}
            addressType: %1$s
            ports:
              - {name: http, port: 8080, protocol: TCP}
              - {name: echo, port: 5300, protocol: UDP}
            endpoints: [%2$s]
            """.formatted(
                        family,
                        Arrays.stream(endpoints)
                                .map(endpoint -> endpoint(family, endpoint))
                                .collect(Collectors.joining(", ")));
    }

    private static String endpoint(String family, String endpoint) {
        String[] words = endpoint.split(" ", -1);
        String condition = words.length > 1 ? words[1] : "ready";
        String hints = words.length > 2 ? ", hints: {forZones: [{name: " + words[2] + "}]}" : "";
        return "{addresses: [\"%s\"], nodeName: node%s, conditions: %s%s}"
                .formatted(
                        family.equals("IPv4") ? LabServices.address(words[0]) : LabServices.address6(words[0]),
                        words[0].charAt("pod".length()),
                        CONDITIONS.get(condition),
                        hints);
    }
}
