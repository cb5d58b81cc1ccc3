package dev.kubeproxy.server.model;

import java.util.List;

/**
 * The backends of one service port, in the order in which they take turns, with the port's affinity.
 *
 * <p>Equal pools are the same to every client; a pool without backends refuses.
 */
public record BackendPool(List<Backend> backends, Affinity affinity) {

    public static final BackendPool EMPTY = new BackendPool(List.of(), Affinity.NONE);

    public BackendPool {
        backends = List.copyOf(backends);
    }

    public boolean isEmpty() {
        return backends.isEmpty();
    }
}
