package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.Standing;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServicePortName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Watches the sync thread, for metrics (rules M1-M5). Called by sources and the sync thread, under a lock: implementations
 * count, and do no more.
 */
public interface SyncObserver {

    SyncObserver NONE = new SyncObserver() {};

    /** Which of a Service's two policies: that of cluster IPs, or that of node ports and external addresses. */
    enum TrafficKind {
        INTERNAL,
        EXTERNAL
    }

    /**
     * Objects that changed and wait for the next round.
     *
     * @param endpoints slices
     */
    record Pending(int services, int endpoints, int nodes) {

        static final Pending NOTHING = new Pending(0, 0, 0);

        public int all() {
            return services + endpoints + nodes;
        }
    }

    /** What once changed endpoints and has taken effect since. */
    record Trigger(Instant at, IpFamily family) {}

    /** Changes came in, each of which counts, while of those that wait each object counts once. */
    default void onQueued(Instant when, List<Change> changes, Pending pending) {}

    /**
     * What waited when the round began has taken effect.
     *
     * @param took how long the round took
     * @param triggers when each of the changes was made that took effect, as far as it is known
     */
    default void onSynced(Instant when, Duration took, List<Trigger> triggers, Pending pending) {}

    /** So many service ports have endpoints, but none on this node, which a Local policy asks for (rule D2). */
    default void onNoLocalEndpoints(TrafficKind policy, IpFamily family, int servicePorts) {}

    /** So many endpoints stand so, of each service port that a round decided on. */
    default void onEndpoints(Map<ServicePortName, Map<Standing, Integer>> ofPorts) {}

    /** So many Services stayed as they were in the last round, for some fault of this program. */
    default void onFailed(int services) {}
}
