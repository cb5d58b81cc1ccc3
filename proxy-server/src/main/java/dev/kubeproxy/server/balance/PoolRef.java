package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.BackendPool;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cell between control plane and event loops of one pool of a service port. Single writer: the sync thread.
 * Readers: event loops, once a connection or session.
 */
public final class PoolRef {

    private volatile Picker picker;
    private BackendPool current = BackendPool.EMPTY; // the writer's own

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

    /**
     * Swaps the pool in. Which connections go on is {@link DrainRef}'s business.
     *
     * @return false where it is the same as before, and nothing was done
     */
    public boolean publish(BackendPool pool) {
        if (pool.equals(current)) {
            return false;
        }
        current = pool;
        picker = picker.over(pool);
        return true;
    }
}
