package dev.kubeproxy.server.model;

/** The transport protocols that a service port can have here. SCTP is none of them (rule A6). */
public enum Protocol {
    TCP,
    UDP
}
