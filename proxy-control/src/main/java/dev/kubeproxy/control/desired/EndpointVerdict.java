package dev.kubeproxy.control.desired;

/**
 * Whether an endpoint gets new clients of one policy.
 *
 * @param why for people, a sentence without its end
 */
public record EndpointVerdict(boolean used, String why) {}
