package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.metrics.Rows.Row;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Protocol;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** The metrics of service ports, in one scrape. */
final class ServicePortFamilies {

    private final Family.Counters connectionsOpened =
            Family.counters("connections_opened", "Connections accepted since the service port came");
    private final Family.Gauges connectionsActive = Family.gauges("connections_active", "Connections open now");
    private final Family.Counters connectionsClosed =
            Family.counters("connections_closed", "Connections that ended, by reason and by which side is to blame");
    private final Family.Counters sessionsOpened =
            Family.counters("sessions_opened", "UDP sessions opened since the service port came");
    private final Family.Gauges sessionsActive = Family.gauges("sessions_active", "UDP sessions open now");
    private final Family.Counters sessionsClosed =
            Family.counters("sessions_closed", "UDP sessions that ended, by reason and by which side is to blame");
    private final Family.Counters bytes = Family.counters("bytes", "Payload bytes by where they came from");
    private final Family.Counters datagrams = Family.counters("datagrams", "Datagrams by where they came from");
    private final Family.Counters dropped =
            Family.counters("datagrams_dropped", "Datagrams of clients that went nowhere");
    private final Family.Counters dialFailures =
            Family.counters("dial_failures", "Attempts to connect to a backend that failed");
    private final Family.Counters dialRetries =
            Family.counters("dial_retries", "Attempts that followed one which came to nothing");
    private final Family.Histograms dials = Family.histograms(
            "dial_duration_seconds", "Attempts to connect to a backend, and the time they took in seconds");
    private final Family.Gauges pools =
            Family.gauges("pool_endpoints", "Endpoints that new connections or datagrams of a service port can go to");
    private final Family.Gauges endpoints =
            Family.gauges("endpoints", "Endpoints of a service port by state, and why some are excluded");
    private final Family.Gauges pinned =
            Family.gauges("affinity_clients", "Clients that are kept on their backend by ClientIP affinity");

    ServicePortFamilies(List<Row> rows) {
        rows.forEach(this::add);
    }

    Stream<Family> all() {
        return Stream.of(
                connectionsOpened,
                connectionsActive,
                connectionsClosed,
                sessionsOpened,
                sessionsActive,
                sessionsClosed,
                bytes,
                datagrams,
                dropped,
                dialFailures,
                dialRetries,
                dials,
                pools,
                endpoints,
                pinned);
    }

    private void add(Row row) {
        Labels labels = row.labels();
        if (row.pool() != null) {
            pools.add(labels, row.pool());
        }
        if (row.pinned() != null) {
            pinned.add(labels, row.pinned());
        }
        row.endpoints()
                .forEach(some -> endpoints.add(some.labels(), some.count().endpoints()));
        TrafficCounts traffic = row.traffic();
        if (traffic != null) {
            bytes.add(labels.add("from", "client"), traffic.bytesFromClient.sum());
            bytes.add(labels.add("from", "backend"), traffic.bytesFromBackend.sum());
            if (row.protocol() == Protocol.TCP) {
                connections(labels, traffic);
            } else {
                sessions(labels, traffic);
            }
        }
    }

    private void connections(Labels labels, TrafficCounts traffic) {
        connectionsActive.add(labels, traffic.active());
        connectionsOpened.add(labels, traffic.opened.sum());
        reasons(connectionsClosed, labels, traffic.closedBy());
        dialFailures.add(labels, traffic.dialFailures.sum());
        dialRetries.add(labels, traffic.dialRetries.sum());
        dials.add(labels, traffic.dials);
    }

    private void sessions(Labels labels, TrafficCounts traffic) {
        sessionsActive.add(labels, traffic.active());
        sessionsOpened.add(labels, traffic.opened.sum());
        reasons(sessionsClosed, labels, traffic.closedBy());
        datagrams.add(labels.add("from", "client"), traffic.datagramsFromClient.sum());
        datagrams.add(labels.add("from", "backend"), traffic.datagramsFromBackend.sum());
        reasons(dropped, labels, traffic.droppedBy());
    }

    private static void reasons(Family.Counters counters, Labels labels, Map<CloseReason, LongAdder> byReason) {
        byReason.forEach((reason, count) -> counters.add(
                labels.merge(Labels.of("reason", lower(reason), "origin", lower(reason.origin()))), count.sum()));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
