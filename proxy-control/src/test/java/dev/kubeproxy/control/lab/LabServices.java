package dev.kubeproxy.control.lab;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Services and slices of the lab's pods as YAML, in the namespace {@value #NAMESPACE}. */
final class LabServices {

    static final String NAMESPACE = "lab-it";

    private static final Map<String, String> POD_ADDRESSES = Map.of(
            "pod1a", "10.244.1.10",
            "pod1b", "10.244.1.11",
            "pod1c", "10.244.1.12",
            "pod2a", "10.244.2.10",
            "pod2b", "10.244.2.11");

    private LabServices() {}

    /** HTTP on port 80 and a UDP echo on port 53 of the ClusterIP; NodePorts 30080 and 30053. */
    static String service(String name, String clusterIp) {
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: %s, namespace: %s}
            spec:
              type: NodePort
              clusterIP: %s
              ports:
                - {name: http, port: 80, nodePort: 30080, protocol: TCP}
                - {name: echo, port: 53, nodePort: 30053, protocol: UDP}
            ---
            """.formatted(name, NAMESPACE, clusterIp);
    }

    /** HTTP on port 80 and a UDP echo on port 53 of two ClusterIPs, one of each family; no NodePort. */
    static String dualStackService(String name, String clusterIp, String clusterIp6) {
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: %s, namespace: %s}
            spec:
              ipFamilyPolicy: RequireDualStack
              ipFamilies: [IPv4, IPv6]
              clusterIP: "%s"
              clusterIPs: ["%s", "%s"]
              ports:
                - {name: http, port: 80, protocol: TCP}
                - {name: echo, port: 53, protocol: UDP}
            ---
            """.formatted(name, NAMESPACE, clusterIp, clusterIp, clusterIp6);
    }

    /** HTTP at a ClusterIP, an external IP and NodePort 30080, of type LoadBalancer, with more of a spec. */
    static String balancedService(String name, String clusterIp, String externalIp, String spec) {
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: %s, namespace: %s}
            spec:
              type: LoadBalancer
              clusterIP: %s
              externalIPs: [%s]
              %s
              ports:
                - {name: http, port: 80, nodePort: 30080, protocol: TCP}
            ---
            """.formatted(name, NAMESPACE, clusterIp, externalIp, spec);
    }

    /** HTTP only, and no NodePort. */
    static String plainService(String name, String clusterIp) {
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: %s, namespace: %s}
            spec:
              clusterIP: %s
              ports:
                - {name: http, port: 80, protocol: TCP}
            ---
            """.formatted(name, NAMESPACE, clusterIp);
    }

    static String slice(String service, String... pods) {
        return slice(service, "IPv4", LabServices::address, pods);
    }

    /** A slice that says which node each pod is on. */
    static String localSlice(String service, String... pods) {
        return """
            apiVersion: discovery.k8s.io/v1beta1
            kind: EndpointSlice
            metadata:
              name: %s-local
              namespace: %s
              labels: {kubernetes.io/service-name: %s}
            addressType: IPv4
            ports:
              - {name: http, port: 8080, protocol: TCP}
            endpoints: [%s]
            ---
            """.formatted(
                        service,
                        NAMESPACE,
                        service,
                        Arrays.stream(pods)
                                .map(pod -> "{addresses: [\"" + address(pod) + "\"], nodeName: node"
                                        + pod.charAt("pod".length()) + ", conditions: {ready: true}}")
                                .collect(Collectors.joining(", ")));
    }

    /** The same pods by their IPv6 addresses. */
    static String slice6(String service, String... pods) {
        return slice(service, "IPv6", LabServices::address6, pods);
    }

    private static String slice(String service, String family, UnaryOperator<String> address, String... pods) {
        return """
            apiVersion: discovery.k8s.io/v1beta1
            kind: EndpointSlice
            metadata:
              name: %s-%s
              namespace: %s
              labels: {kubernetes.io/service-name: %s}
            addressType: %s
            ports:
              - {name: http, port: 8080, protocol: TCP}
              - {name: echo, port: 5300, protocol: UDP}
            endpoints: [%s]
            ---
            """.formatted(
                        service,
                        family.toLowerCase(Locale.ROOT),
                        NAMESPACE,
                        service,
                        family,
                        Arrays.stream(pods)
                                .map(pod -> "{addresses: [\"" + address.apply(pod) + "\"], conditions: {ready: true}}")
                                .collect(Collectors.joining(", ")));
    }

    static String address(String pod) {
        return Objects.requireNonNull(POD_ADDRESSES.get(pod), pod);
    }

    static String address6(String pod) {
        return address(pod).replaceFirst("10\\.244\\.(\\d)\\.", "fd00:244:$1::");
    }
}
