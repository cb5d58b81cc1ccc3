package dev.kubeproxy.control.lab;

import java.util.Arrays;
import java.util.Map;
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
        return """
            apiVersion: discovery.k8s.io/v1beta1
            kind: EndpointSlice
            metadata:
              name: %s-1
              namespace: %s
              labels: {kubernetes.io/service-name: %s}
            addressType: IPv4
            ports:
              - {name: http, port: 8080, protocol: TCP}
              - {name: echo, port: 5300, protocol: UDP}
            endpoints: [%s]
            ---
            """.formatted(
                        service,
                        NAMESPACE,
                        service,
                        Arrays.stream(pods)
                                .map(pod -> "{addresses: [" + POD_ADDRESSES.get(pod) + "], conditions: {ready: true}}")
                                .collect(Collectors.joining(", ")));
    }
}
