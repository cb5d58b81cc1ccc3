package dev.kubeproxy.server.tcp;

import java.time.Duration;
import java.util.List;

/**
 * How long each attempt to connect to a backend may take; there are as many attempts as entries, each on another backend
 * while there is one.
 */
public record DialPolicy(List<Duration> timeouts) {

    /** What the userspace kube-proxy did (rule F1). */
    public static final DialPolicy DEFAULT = new DialPolicy(
            List.of(Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2)));

    public DialPolicy {
        timeouts = List.copyOf(timeouts);
        if (timeouts.isEmpty()) {
            throw new IllegalArgumentException("a dial needs at least one attempt");
        }
    }

    int attempts() {
        return timeouts.size();
    }

    int timeoutMillis(int attempt) {
        return Math.toIntExact(timeouts.get(attempt).toMillis());
    }
}
