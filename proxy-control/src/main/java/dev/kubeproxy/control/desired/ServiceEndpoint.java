package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Backend;

/**
 * One endpoint of one service port, before selection.
 *
 * @param backend its address, with the port that the slice gives
 * @param facts its conditions and hints
 * @param local true where it runs on this node (rule B7)
 */
record ServiceEndpoint(Backend backend, SliceSpec.Endpoint facts, boolean local) {

    boolean ready() {
        return facts.ready();
    }

    /** Shuts down but still answers: good enough where nothing is ready (rule C3). */
    boolean lastResort() {
        return facts.serving() && facts.terminating();
    }

    /** May be chosen, if only for want of a ready one. */
    boolean usable() {
        return ready() || lastResort();
    }

    /** May keep the connections it has (rule D9): probes that fail for a while must not cut them, its end must. */
    boolean keepsConnections() {
        return facts.ready() || facts.serving() || !facts.terminating();
    }
}
