package dev.kubeproxy.server.metrics;

/** Whether figures are told of each service port, or only summed up by protocol and family. */
public enum PerService {
    /** Of each, as long as there are not too many. */
    AUTO,
    ON,
    OFF
}
