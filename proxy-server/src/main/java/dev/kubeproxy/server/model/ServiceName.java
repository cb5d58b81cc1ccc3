package dev.kubeproxy.server.model;

/** The identity of a Service: its namespace and name. Prints as {@code namespace/name}. */
public record ServiceName(String namespace, String name) implements Comparable<ServiceName> {

    @Override
    public int compareTo(ServiceName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
