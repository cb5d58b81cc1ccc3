package dev.kubeproxy.server.metrics;

/**
 * How many endpoints of a service port are in one state.
 *
 * @param state {@code ready} and {@code terminating} get new clients, {@code excluded} get none
 * @param reason why those are excluded; empty for the others
 */
public record EndpointCount(String state, String reason, int endpoints) {}
