package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.desired.ClusterState;
import java.time.Duration;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The one thread that decides, named {@code sync}. Sources offer changes from any thread; it takes all that piled up in
 * one round, at once where nothing happened for a while. On the path of an EndpointSlice it stands after the reader and
 * before the data plane.
 */
public final class SyncLoop implements ChangeSink, AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();
    private static final Duration AFTER_FAULT = Duration.ofSeconds(1);
    private static final Duration TO_END = Duration.ofSeconds(30);

    private final SyncRounds rounds;
    private final Thread thread;
    private volatile boolean closed;

    public SyncLoop(ClusterState state, DataPlane dataPlane, LocalNode node, SyncStatus status, Pace pace) {
        this.rounds = new SyncRounds(state, dataPlane, node, status, pace);
        this.thread = Thread.ofPlatform().name("sync").daemon().unstarted(this::run);
    }

    /** Starts the thread; it serves nothing before {@link #offerSynced}. */
    public void start() {
        thread.start();
    }

    @Override
    public void offer(List<Change> changes) {
        rounds.queue().offer(changes);
    }

    @Override
    public void offerSynced() {
        rounds.start();
    }

    /** From now on only the data plane follows: this node's addresses and health ports may be another run's soon. */
    public void drain() {
        rounds.drain();
    }

    /** Ends after the round that runs. What the data plane was told, and the claimed addresses, stay. */
    @Override
    public void close() {
        closed = true;
        rounds.queue().wake();
        try {
            if (thread.getState() != Thread.State.NEW && !thread.join(TO_END)) {
                LOG.warn("The sync thread is still busy after {} s; it is left behind", TO_END.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                rounds.queue().await(step());
            }
        } catch (InterruptedException e) {
            LOG.debug("The sync thread was interrupted and ends", e);
        }
    }

    private long step() {
        try {
            return rounds.step();
        } catch (RuntimeException | Error e) { // whatever it is: what is served now must stay served
            LOG.error("The sync thread goes on in {} s: this is a bug", AFTER_FAULT.toSeconds(), e);
            return AFTER_FAULT.toNanos();
        }
    }
}
