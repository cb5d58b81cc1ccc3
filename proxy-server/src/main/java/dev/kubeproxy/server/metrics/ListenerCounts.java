package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ListenerStatus.State;
import dev.kubeproxy.server.model.ServicePortName;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** How listeners are doing: how many are in each state, and which do not listen. Thread-safe. */
final class ListenerCounts {

    /** So many listeners that do not listen are named; an address range that is missing could make it thousands. */
    private static final int MOST_NAMED = 100;

    /** Two Services may want one frontend: each has a status of its own. */
    private record Key(Frontend frontend, ServicePortName owner) {}

    private enum Kind {
        BOUND,
        FAILED,
        CONFLICT;

        static Kind of(State state) {
            return switch (state) {
                case State.Bound _ -> BOUND;
                case State.Failed _ -> FAILED;
                case State.Conflict _ -> CONFLICT;
            };
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Key, Kind> kinds = new ConcurrentHashMap<>();

    void set(ListenerStatus status) {
        kinds.put(key(status), Kind.of(status.state()));
    }

    void remove(ListenerStatus last) {
        kinds.remove(key(last));
    }

    Stream<Family> families() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        kinds.values().forEach(kind -> counts.merge(kind, 1, Integer::sum));
        Family.Gauges listeners = Family.gauges("listeners", "Listeners of service addresses by state");
        for (Kind kind : Kind.values()) {
            listeners.add(Labels.of("state", kind.label()), counts.getOrDefault(kind, 0));
        }
        Family.Gauges unbound = Family.gauges(
                "listener_unbound", "1 for each listener that does not listen, the first " + MOST_NAMED + " of them");
        kinds.entrySet().stream()
                .filter(entry -> entry.getValue() != Kind.BOUND)
                .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
                .limit(MOST_NAMED)
                .forEach(entry -> unbound.add(labels(entry.getKey(), entry.getValue()), 1));
        return Stream.of(listeners, unbound);
    }

    private static Labels labels(Key key, Kind kind) {
        return Rows.labels(key.owner())
                .merge(Labels.of("frontend", key.frontend().toString(), "state", kind.label()));
    }

    private static Key key(ListenerStatus status) {
        return new Key(status.frontend(), status.owner());
    }
}
