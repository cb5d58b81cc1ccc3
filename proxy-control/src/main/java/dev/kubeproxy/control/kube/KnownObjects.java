package dev.kubeproxy.control.kube;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What one watch has seen of its objects: no more than name and version, so that a list tells what changed. Of one
 * thread.
 */
final class KnownObjects {

    private static final Logger LOG = LogManager.getLogger();

    private final WatchedKind kind;
    private Map<ServiceName, Known> known = new HashMap<>();

    KnownObjects(WatchedKind kind) {
        this.kind = kind;
    }

    /**
     * One object's newest state.
     *
     * @param offered whether the sink has it
     */
    private record Known(String version, boolean offered, List<FieldProblem> problems) {}

    /** Takes a whole list: what is new or changed since, and what is gone. */
    <T extends HasMetadata> Listing<T> listing(Function<T, Reading<Change>> reader) {
        return new Listing<>(reader);
    }

    /** Takes one object that is new or has changed. */
    <T extends HasMetadata> List<Change> seen(T object, Function<T, Reading<Change>> reader) {
        List<Change> changes = new ArrayList<>(1);
        ServiceName name = name(object);
        known.put(name, read(object, reader, known.get(name), changes));
        return changes;
    }

    /** Takes the end of one object. */
    List<Change> deleted(HasMetadata object) {
        ServiceName name = name(object);
        Known before = known.remove(name);
        return before == null ? List.of() : end(name, before).stream().toList();
    }

    private Optional<Change> end(ServiceName name, Known before) {
        kind.onEnd().accept(name);
        return before.offered ? Optional.of(kind.gone().apply(name)) : Optional.empty();
    }

    private <T extends HasMetadata> Known read(
            T object, Function<T, Reading<Change>> reader, @Nullable Known before, List<Change> changes) {
        String version = FieldReader.text(object.getMetadata().getResourceVersion());
        if (before != null && !version.isEmpty() && before.version.equals(version)) {
            return before;
        }
        ServiceName name = name(object);
        Reading<Change> reading = reading(name, object, reader);
        List<FieldProblem> problems = problems(name, reading, before);
        if (reading instanceof Reading.Read<Change> read) {
            changes.add(read.value());
        } else if (before != null && before.offered) {
            changes.add(kind.gone().apply(name));
        }
        return new Known(version, reading instanceof Reading.Read, problems);
    }

    /** One object that the reader stumbles over keeps no other from being read. */
    private <T> Reading<Change> reading(ServiceName name, T object, Function<T, Reading<Change>> reader) {
        try {
            return reader.apply(object);
        } catch (RuntimeException e) {
            LOG.error("{}: {} cannot be read; this is a fault of the proxy", kind.name(), name, e);
            return new Reading.Refused<>(List.of());
        }
    }

    /** Logs an object's problems unless they are those it had before. */
    private List<FieldProblem> problems(ServiceName name, Reading<Change> reading, @Nullable Known before) {
        List<FieldProblem> problems = switch (reading) {
            case Reading.Read<Change> read -> read.problems();
            case Reading.Refused<Change> refused -> refused.problems();
            case Reading.PassedOver<Change> passedOver -> {
                LOG.debug("{}: {} is passed over: {}", kind.name(), name, passedOver.reason());
                yield List.of();
            }
        };
        if (before == null || !before.problems.equals(problems)) {
            problems.forEach(problem -> LOG.warn("{}: {}: {}", kind.name(), name, problem));
        }
        return problems;
    }

    private static ServiceName name(HasMetadata object) {
        return new ServiceName(
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName());
    }

    /** A list as it comes in, page by page; it counts once it is complete. */
    final class Listing<T extends HasMetadata> {

        private final Function<T, Reading<Change>> reader;
        private final Map<ServiceName, Known> listed = new HashMap<>();
        private final List<Change> changes = new ArrayList<>();

        private Listing(Function<T, Reading<Change>> reader) {
            this.reader = reader;
        }

        void add(T object) {
            ServiceName name = name(object);
            listed.put(name, read(object, reader, known.get(name), changes));
        }

        /** The whole difference, to take effect together: an endpoint that moved between slices never vanishes. */
        List<Change> complete() {
            known.forEach((name, before) -> {
                if (!listed.containsKey(name)) {
                    end(name, before).ifPresent(changes::add);
                }
            });
            known = listed;
            return changes;
        }
    }
}
