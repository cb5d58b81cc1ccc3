package dev.kubeproxy.server.model;

/** What a frontend's address is to its Service. */
public enum FrontendKind {
    /** The Service's own address in the cluster. */
    CLUSTER_IP,
    /** One of {@code spec.externalIPs}. */
    EXTERNAL_IP,
    /** An address that a load balancer gave the Service. */
    LOAD_BALANCER_IP,
    /** An address of this node. */
    NODE_PORT;

    /** True where the address belongs to the Service and not to the node, whose ports are other processes' too. */
    public boolean serviceAddress() {
        return this != NODE_PORT;
    }
}
