package dev.kubeproxy.server.udp;

import java.time.Duration;

/**
 * How long UDP sessions live and how many there may be (rules G2, G8).
 *
 * @param idleAfterExchange how long a session without datagrams lives, until datagrams went both ways more than once
 * @param idleInStream how long it lives from then on
 * @param maxSessionsPerListener how many sessions the clients of one frontend have
 * @param maxSessions how many sessions there are in all; each event loop may have an equal share at least
 */
public record UdpLimits(
        Duration idleAfterExchange, Duration idleInStream, int maxSessionsPerListener, int maxSessions) {

    /** The kernel's connection tracking has the same. */
    private static final Duration IDLE_AFTER_EXCHANGE = Duration.ofSeconds(30);

    private static final Duration IDLE_IN_STREAM = Duration.ofMinutes(2);

    public UdpLimits {
        requirePositive(idleAfterExchange, "idle time after an exchange");
        requirePositive(idleInStream, "idle time in a stream");
        requirePositive(maxSessionsPerListener, "bound on the sessions of a listener");
        requirePositive(maxSessions, "bound on all sessions");
    }

    /** The usual idle times; half of the process' file descriptors for sessions, half of these for one listener. */
    public static UdpLimits ofDescriptorLimit(int descriptors) {
        return new UdpLimits(
                IDLE_AFTER_EXCHANGE, IDLE_IN_STREAM, Math.max(1, descriptors / 4), Math.max(1, descriptors / 2));
    }

    /**
     * These limits where each session takes one of so many ports, which it shares with the processes of the node: half of
     * them at most.
     */
    public UdpLimits withinPorts(int ports) {
        return within(ports / 4, ports / 2);
    }

    /** These limits where there are no more file descriptors than these. */
    public UdpLimits withinDescriptors(int descriptors) {
        return within(descriptors / 4, descriptors / 2);
    }

    private UdpLimits within(int perListener, int all) {
        return new UdpLimits(
                idleAfterExchange,
                idleInStream,
                Math.clamp(perListener, 1, maxSessionsPerListener),
                Math.clamp(all, 1, maxSessions));
    }

    /** These limits with one idle time for all sessions, as {@code --udp-timeout} asks. */
    public UdpLimits withIdle(Duration idle) {
        return new UdpLimits(idle, idle, maxSessionsPerListener, maxSessions);
    }

    private static void requirePositive(Duration idle, String what) {
        if (!idle.isPositive()) {
            throw new IllegalArgumentException("UDP " + what + " is " + idle + "; it must be above zero");
        }
    }

    private static void requirePositive(int bound, String what) {
        if (bound < 1) {
            throw new IllegalArgumentException("UDP " + what + " is " + bound + "; it must be at least 1");
        }
    }
}
