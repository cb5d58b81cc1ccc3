package dev.kubeproxy.control.manifest;

/** Sound manifests; each ends where more fields of its last map can be added. */
final class Yaml {

    private Yaml() {}

    static String service(String name) {
        return """
            apiVersion: v1
            kind: Service
            metadata:
              name: %s
            spec:
              ports:
              - port: 80
            """.formatted(name);
    }

    /** The slice {@code SERVICE-1}. */
    static String slice(String service, String... addresses) {
        StringBuilder yaml = new StringBuilder("""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              name: %s-1
              labels:
                kubernetes.io/service-name: %s
            addressType: IPv4
            ports:
            - name: ''
              port: 8080
            endpoints:
            """.formatted(service, service));
        for (String address : addresses) {
            yaml.append("- addresses: [").append(address).append("]\n");
        }
        return yaml.toString();
    }
}
