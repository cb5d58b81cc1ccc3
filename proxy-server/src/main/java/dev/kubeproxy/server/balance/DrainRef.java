package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Drain;

/**
 * Which connections of one service port may go on. It outlives the port while connections refer to it. Single writer:
 * the sync thread. Readers: event loops, once a connection and when they are told of a change.
 */
public final class DrainRef {

    private volatile Drain drain;

    public DrainRef(Drain drain) {
        this.drain = drain;
    }

    public Drain current() {
        return drain;
    }

    /**
     * Swaps it. The pools are to be swapped before: who finds its backend gone picks anew.
     *
     * @return true where connections that run may have to end
     */
    public boolean publish(Drain next) {
        Drain before = drain;
        drain = next;
        return next.endsMoreThan(before);
    }
}
