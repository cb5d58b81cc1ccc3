package dev.kubeproxy.control.status;

import dev.kubeproxy.control.desired.Decision;
import dev.kubeproxy.control.events.Event.Subject;
import dev.kubeproxy.control.events.EventQueue;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ListenerStatus.State;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.observe.LongestOpen;
import dev.kubeproxy.server.observe.OpenConnection;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The status as JSON. Long lists are tables of {@code columns} and {@code rows}. Services change seldom and are many: they
 * carry a revision, and the traffic, which is asked for all the time and names only Services that had some, says which
 * revision is the newest; of another run of the proxy, which "started" tells, any revision is another. Thread-safe.
 */
final class StatusJson {

    private static final int CONNECTIONS = 1000;
    private static final int LISTENERS = 1000;
    private static final long LOOPS_SECONDS = 5;

    private static final String[] SERVICE_COLUMNS = {
        "namespace", "name", "type", "clusterIPs", "externalIPs", "ports", "used", "endpoints", "created"
    };
    private static final String[] TRAFFIC_COLUMNS = {
        "namespace", "name", "active", "opened", "bytesFromClient", "bytesFromBackend", "dialFailures"
    };
    private static final String[] CONNECTION_COLUMNS = {
        "namespace", "name", "port", "client", "frontend", "backend", "ageMillis"
    };

    /** All Services as they were told last, since nobody's list is worth more than one pass over them. */
    private record Known(long revision, String json) {}

    private final StatusSource source;
    private volatile @Nullable Known known;

    StatusJson(StatusSource source) {
        this.source = source;
    }

    String services() {
        long revision = source.decisions().revision();
        Known seen = known;
        if (seen == null || seen.revision() != revision) {
            seen = new Known(revision, services(revision));
            known = seen;
        }
        return seen.json();
    }

    private String services(long revision) {
        List<ServiceRow> rows = source.decisions().all().stream()
                .filter(decision -> !decision.desired().isGone())
                .map(ServiceRow::of)
                .sorted(Comparator.comparing(ServiceRow::name))
                .toList();
        return JsonText.object(json -> {
            json.writeNumberProperty("started", source.startedMillis());
            json.writeNumberProperty("revision", revision);
            json.writeStringProperty("node", source.node());
            JsonText.table(json, SERVICE_COLUMNS, rows, StatusJson::service);
        });
    }

    private static void service(JsonGenerator json, ServiceRow row) {
        name(json, row.name());
        json.writeString(row.type());
        json.writeString(row.clusterIps());
        json.writeString(row.externalIps());
        json.writeString(row.ports());
        json.writeNumber(row.used());
        json.writeNumber(row.known());
        json.writeNumber(row.createdMillis());
    }

    /** Figures of one run only grow, but {@code active}; who asks twice can tell rates by {@code atNanos}. */
    String traffic() {
        var traffic = new TrafficByService();
        source.traffic().accept(traffic);
        return JsonText.object(json -> {
            json.writeNumberProperty("started", source.startedMillis());
            json.writeNumberProperty("revision", source.decisions().revision());
            json.writeNumberProperty("atNanos", System.nanoTime());
            JsonText.table(json, TRAFFIC_COLUMNS, traffic.sums().entrySet(), (row, sum) -> {
                name(row, sum.getKey());
                TrafficByService.Sum figures = sum.getValue();
                row.writeNumber(figures.active());
                row.writeNumber(figures.opened());
                row.writeNumber(figures.bytesFromClient());
                row.writeNumber(figures.bytesFromBackend());
                row.writeNumber(figures.dialFailures());
            });
        });
    }

    /** Empty where there is no such Service. */
    Optional<String> service(ServiceName name) {
        return source.decisions()
                .of(name)
                .filter(decision -> !decision.desired().isGone())
                .map(this::detail);
    }

    private String detail(Decision decision) {
        var listeners = source.listeners().get().stream()
                .filter(status -> status.owner().service().equals(decision.name()))
                .toList();
        return new ServiceDetail(decision, listeners, source.leadsBack()).json();
    }

    /** How many there are in each state; those that do not listen one by one, up to a bound. */
    String listeners() {
        var all = source.listeners().get();
        List<ListenerStatus> failed = all.stream()
                .filter(status -> !(status.state() instanceof State.Bound))
                .limit(LISTENERS)
                .toList();
        long bound = all.stream()
                .filter(status -> status.state() instanceof State.Bound)
                .count();
        return JsonText.object(json -> {
            json.writeNumberProperty("listening", bound);
            json.writeNumberProperty("failing", all.size() - bound);
            json.writeArrayPropertyStart("failures");
            failed.forEach(status -> ServiceDetail.listener(json, status));
            json.writeEndArray();
        });
    }

    String events() {
        return JsonText.object(json -> {
            json.writeArrayPropertyStart("events");
            for (EventQueue.Recent told : source.events().recent()) {
                json.writeStartObject();
                json.writeNumberProperty("ageMillis", told.age().toMillis());
                json.writeStringProperty("type", told.event().type().toString());
                json.writeStringProperty("about", subject(told.event().about()));
                json.writeStringProperty("reason", told.event().reason());
                json.writeStringProperty("note", told.event().note());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static String subject(Subject subject) {
        return switch (subject) {
            case Subject.OwnNode _ -> "this node";
            case Subject.OfService(ServiceName name) -> "Service " + name;
            case Subject.OfSlice(ServiceName name) -> "EndpointSlice " + name;
        };
    }

    /** The TCP connections open the longest, up to a bound; waits a bounded time for event loops to tell theirs. */
    String connections() {
        LongestOpen open;
        try {
            open = source.connections()
                    .apply(CONNECTIONS)
                    .toCompletableFuture()
                    .orTimeout(LOOPS_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the event loops did not answer", e);
        }
        return JsonText.object(json -> {
            json.writeNumberProperty("leftOut", open.leftOut());
            JsonText.table(json, CONNECTION_COLUMNS, open.connections(), StatusJson::connection);
        });
    }

    private static void connection(JsonGenerator json, OpenConnection connection) {
        name(json, connection.port().service());
        json.writeString(connection.port().port());
        json.writeString(text(connection.client()));
        json.writeString(text(connection.frontend()));
        json.writeString(connection.backend().toString());
        json.writeNumber(connection.age().toMillis());
    }

    private static String text(InetSocketAddress address) {
        return Addresses.text(address.getAddress(), address.getPort());
    }

    private static void name(JsonGenerator json, ServiceName name) {
        json.writeString(name.namespace());
        json.writeString(name.name());
    }
}
