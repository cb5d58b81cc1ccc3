package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.BackendPool;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cell between control plane and event loops of one service port. Single writer: the sync thread. Readers: event
 * loops, once a connection or session.
 */
public final class PoolRef {

    private volatile Picker picker;

    /**
     * Starts out empty, refusing.
     *
     * @param firstTurn where the rotation begins; spread over nodes, so that not all start on the first backend
     */
    public PoolRef(int firstTurn, Ticker ticker) {
        this.picker = new RoundRobinPicker(BackendPool.EMPTY, new AtomicInteger(firstTurn), ticker);
    }

    public Picker current() {
        return picker;
    }

    /** Swaps the pool in. Connections that run keep what they picked. */
    public void publish(BackendPool pool) {
        picker = picker.over(pool);
    }
}
