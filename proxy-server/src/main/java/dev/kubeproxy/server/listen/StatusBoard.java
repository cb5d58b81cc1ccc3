package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ListenerStatus.State;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ProxyObserver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * How each listener is doing, for whoever asks, and told once to the log and the observer when it changes. Written by
 * event loops and the sync thread.
 */
final class StatusBoard {

    private static final Logger LOG = LogManager.getLogger();

    private static final int MOST_LOOK_UPS = 16;

    private final ReentrantLock lookUps = new ReentrantLock();
    private final Map<Frontend, ListenerStatus> statuses = new ConcurrentHashMap<>();
    private final Map<Frontend, List<ServicePortName>> contested = new ConcurrentHashMap<>();
    private final ProxyObserver observer;

    StatusBoard(ProxyObserver observer) {
        this.observer = observer;
    }

    Collection<ListenerStatus> statuses() {
        List<ListenerStatus> all = new ArrayList<>(statuses.values());
        contested.forEach((frontend, claimants) -> all.addAll(conflicts(frontend, claimants)));
        return all;
    }

    /** Notes who wants a frontend, of whom the first has it; the others are told so once. */
    void contested(Frontend frontend, List<ServicePortName> claimants) {
        List<ServicePortName> before =
                claimants.size() > 1 ? contested.put(frontend, claimants) : contested.remove(frontend);
        List<ListenerStatus> ended = before == null ? List.of() : conflicts(frontend, before);
        List<ListenerStatus> conflicts = conflicts(frontend, claimants);
        ended.stream()
                .filter(conflict ->
                        conflicts.stream().noneMatch(now -> now.owner().equals(conflict.owner())))
                .forEach(observer::onListenerClosed);
        conflicts.stream().filter(conflict -> !ended.contains(conflict)).forEach(conflict -> {
            observer.onListener(conflict);
            LOG.warn(
                    "Port conflict detected on {}: {} has it and was made first; {} gets it when that one lets go",
                    frontend,
                    claimants.getFirst(),
                    conflict.owner());
        });
    }

    private static List<ListenerStatus> conflicts(Frontend frontend, List<ServicePortName> claimants) {
        return claimants.stream()
                .skip(1)
                .map(owner -> new ListenerStatus(frontend, owner, new State.Conflict(claimants.getFirst())))
                .toList();
    }

    void put(ListenerStatus status) {
        ListenerStatus before = statuses.put(status.frontend(), status);
        if (before != null && !before.owner().equals(status.owner()) && !isClaimant(before)) {
            observer.onListenerClosed(before);
        }
        observer.onListener(status);
        switch (status.state()) {
            case State.Bound _
            when before == null -> LOG.debug("Listening on {} for {}", status.frontend(), status.owner());
            case State.Bound _
            when before.state() instanceof State.Failed failed ->
                LOG.info(
                        "Listening on {} for {} after {} failed attempts",
                        status.frontend(),
                        status.owner(),
                        failed.attempts());
            case State.Bound _ -> LOG.debug("{} is now for {}", status.frontend(), status.owner());
            case State.Failed failed
            when before == null || !(before.state() instanceof State.Failed) -> warn(status, failed);
            case State.Failed failed -> LOG.trace("{}: attempt {} failed", status.frontend(), failed.attempts());
            case State.Conflict _ -> {}
        }
    }

    void remove(Frontend frontend) {
        ListenerStatus last = statuses.remove(frontend);
        if (last != null) {
            observer.onListenerClosed(last);
            LOG.debug("Closed {} of {}", frontend, last.owner());
        }
    }

    /** True where the owner of a status still wants its frontend and so has another status now. */
    private boolean isClaimant(ListenerStatus status) {
        return contested.getOrDefault(status.frontend(), List.of()).contains(status.owner());
    }

    private void warn(ListenerStatus status, State.Failed failed) {
        Thread.startVirtualThread(() -> LOG.warn(
                "Cannot listen on {} for {}: {}{}; the other addresses and Services are not affected, trying again",
                status.frontend(),
                status.owner(),
                failed.reason(),
                holder(status.frontend(), failed)));
    }

    /** Who has the port: looked up off the event loops, since it walks /proc. */
    private String holder(Frontend frontend, State.Failed failed) {
        if (!BindFailure.isInUse(failed.reason())) {
            return "";
        }
        return statuses.values().stream()
                .filter(other -> other.state() instanceof State.Bound)
                .filter(other -> other.frontend().port() == frontend.port()
                        && other.frontend().protocol() == frontend.protocol()
                        && (other.frontend().anyAddress() || frontend.anyAddress()))
                .findAny()
                .map(other -> " by Service " + other.owner() + " on " + other.frontend())
                .or(() -> process(frontend).map(process -> " by " + process))
                .orElse("");
    }

    /** One look-up at a time and not too many waiting: 5,000 failures are not worth 5,000 walks over /proc. */
    private Optional<String> process(Frontend frontend) {
        if (lookUps.getQueueLength() > MOST_LOOK_UPS) {
            return Optional.empty();
        }
        lookUps.lock();
        try {
            return PortOwner.of(frontend);
        } finally {
            lookUps.unlock();
        }
    }
}
