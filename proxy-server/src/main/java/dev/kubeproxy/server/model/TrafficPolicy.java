package dev.kubeproxy.server.model;

/** Where traffic of a Service may go (rules C4, D4). */
public enum TrafficPolicy {
    /** To endpoints on any node. */
    CLUSTER,
    /** To endpoints on this node only, to none where it has none. */
    LOCAL
}
