package dev.kubeproxy.server.observe;

import dev.kubeproxy.server.model.ServicePortName;

/**
 * What went through a service port since it came, at one moment: connections for TCP, sessions for UDP.
 *
 * @param active open now
 * @param dialFailures attempts to connect to a backend that failed; 0 for UDP
 */
public record PortTraffic(
        ServicePortName port,
        long active,
        long opened,
        long bytesFromClient,
        long bytesFromBackend,
        long dialFailures) {}
