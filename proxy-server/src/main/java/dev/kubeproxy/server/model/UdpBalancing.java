package dev.kubeproxy.server.model;

/** What of a client's UDP traffic is balanced on its own; of no meaning for TCP. */
public enum UdpBalancing {
    /** A client's address and port: it keeps its backend until it is idle (rule G1). */
    SESSION,
    /** Each datagram, whoever sends it (rule G9). */
    DATAGRAM
}
