package dev.kubeproxy.control.desired;

/** How an endpoint stands with a service port on this node: whether it gets new clients, and why not. */
public enum Standing {
    /** Ready, and used. */
    READY,
    /** Shuts down but still answers, and is used for want of a ready one (rule C3). */
    TERMINATING,
    /** Not ready, and not used. */
    NOT_READY,
    /** Shuts down, and is not used: others are ready, or it serves no more. */
    SHUTTING_DOWN,
    /** On another node, where every client must stay on this one (rule C2). */
    NOT_LOCAL,
    /** Meant for other nodes or zones, by hints (rules C5-C8). */
    FOR_OTHERS
}
