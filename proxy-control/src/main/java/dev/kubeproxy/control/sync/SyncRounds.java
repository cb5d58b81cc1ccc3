package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.NodeFacts;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.Collection;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What the sync thread does and when: takes changes in and reconciles; now and then reads the node's addresses and looks
 * after what failed or what others undid. Confined to the sync thread, but for the queue and {@link #start}.
 */
final class SyncRounds {

    private static final Logger LOG = LogManager.getLogger();

    private final ChangeQueue queue;
    private final ClusterState state;
    private final Supplier<? extends Collection<InetAddress>> machineAddresses;
    private final ServiceAddresses addresses;
    private final Reconciliation reconciliation;
    private final SyncStatus status;
    private final Pace pace;

    private final Appointment round;
    private final Appointment addressCheck;
    private final Appointment nodeScan;
    private long lastRound;
    private boolean refreshed;
    private boolean firstRound = true;
    private volatile boolean started;
    private volatile boolean draining;
    private volatile boolean socketsFollowed;

    SyncRounds(ClusterState state, DataPlane dataPlane, LocalNode node, SyncStatus status, Pace pace) {
        this.queue = new ChangeQueue(status);
        this.state = state;
        this.machineAddresses = node.addresses();
        this.addresses = new ServiceAddresses(node.claims(), dataPlane.inUse());
        this.reconciliation = new Reconciliation(state, dataPlane, addresses, this::onSockets);
        this.status = status;
        this.pace = pace;
        this.round = new Appointment(pace.syncPeriod());
        this.addressCheck = new Appointment(pace.syncPeriod());
        this.nodeScan = new Appointment(pace.nodeScanPeriod());
    }

    ChangeQueue queue() {
        return queue;
    }

    /** Before this nothing is served, however much is queued (rule O2). Any thread may call. */
    void start() {
        started = true;
        queue.wake();
    }

    /** From now on only the data plane follows changes. Any thread may call. */
    void drain() {
        draining = true;
    }

    /**
     * Does what is due.
     *
     * @return nanoseconds until something else is, unless the queue wakes before
     */
    long step() {
        if (!refreshed) {
            refreshed = true;
            addresses.refresh(); // what an earlier run left is guarded before anything is known
        }
        if (!started) {
            return Long.MAX_VALUE;
        }
        long now = pace.now();
        if (draining) {
            nodeScan.cancel();
            addressCheck.cancel();
        } else if (firstRound || nodeScan.isDue(now)) {
            scanNode(now);
        }
        if (firstRound || !queue.isEmpty()) {
            round.atLatest(firstRound ? now : lastRound + pace.minSyncPeriod().toNanos());
        }
        if (round.isDue(now)) {
            round(now);
        }
        if (socketsFollowed && !draining) {
            socketsFollowed = false;
            addresses.releaseIdle();
        }
        if (addressCheck.isDue(now) && !draining) {
            checkAddresses(now);
        }
        now = pace.now();
        return Math.min(round.nanosLeft(now), Math.min(addressCheck.nanosLeft(now), nodeScan.nanosLeft(now)));
    }

    private void round(long now) {
        lastRound = now;
        round.cancel();
        round.retry(now); // even where this round dies half-way
        queue.drain().forEach(this::apply);
        Reconciliation.Outcome outcome = reconciliation.run(draining);
        reconciliation.silent().tell(status);
        status.onEndpoints(reconciliation.standings());
        status.onFailed(reconciliation.failed());
        if (outcome != Reconciliation.Outcome.FAILED) {
            status.onSynced(reconciliation.revision());
        }
        if (outcome == Reconciliation.Outcome.DONE) {
            round.cancel();
            round.succeeded();
        }
        if (firstRound) {
            firstRound = false;
            addressCheck.atLatest(now); // gives up what an earlier run left and nobody needs
        } else if (addresses.newFailures() && !draining) {
            addressCheck.retry(now);
        }
    }

    /** A change that cannot be taken in must not take with it those that were drained after it. */
    private void apply(Change change) {
        try {
            state.apply(change);
        } catch (RuntimeException e) {
            LOG.error("A change is left out: this is a bug. {}", change, e);
        }
    }

    private void checkAddresses(long now) {
        addressCheck.cancel();
        addresses.recheck();
        if (addresses.settled()) {
            addressCheck.succeeded();
            addressCheck.again(now);
        } else {
            addressCheck.retry(now);
        }
    }

    private void scanNode(long now) {
        nodeScan.again(now);
        NodeFacts before = state.node();
        try {
            state.applyMachineAddresses(machineAddresses.get());
        } catch (RuntimeException e) {
            LOG.warn("This node's addresses cannot be read; what was read before stays", e);
        }
        NodeFacts after = state.node();
        if (after.equals(before)) {
            return;
        }
        round.atLatest(now);
        addressCheck.atLatest(now); // what came to an interface or left it may be a Service's
        for (IpFamily family : IpFamily.values()) {
            if (before.has(family) && !after.has(family)) {
                LOG.warn("This node has no {}: {} addresses of Services are not served", family, family);
            }
        }
    }

    private void onSockets() {
        socketsFollowed = true;
        queue.wake();
    }
}
