package dev.kubeproxy.control.manifest;

import dev.kubeproxy.server.model.ServiceName;

/** The identity of an object in the manifests. Prints as {@code Service default/web}. */
record ObjectKey(Kind kind, ServiceName name) {

    /** The kinds that the proxy reads. */
    enum Kind {
        SERVICE("Service"),
        ENDPOINT_SLICE("EndpointSlice"),
        ENDPOINTS("Endpoints"),
        NODE("Node");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Override
    public String toString() {
        return kind == Kind.NODE ? "Node " + name.name() : kind + " " + name;
    }
}
