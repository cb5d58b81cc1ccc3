package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePortName;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The service ports as a scrape shows them: each in a row of its own, or all of a protocol and family in one. */
final class Rows {

    /** What a row sums up where ports have none of their own. */
    record Group(Protocol protocol, IpFamily family) {

        static Group of(ServicePortName name) {
            return new Group(name.protocol(), name.family());
        }
    }

    /**
     * What a scrape tells of one port, or of many together.
     *
     * @param pool null where no port is desired any more
     * @param pinned null where no client is kept on a backend
     */
    record Row(
            Labels labels,
            Protocol protocol,
            @Nullable TrafficCounts traffic,
            @Nullable Integer pool,
            @Nullable Integer pinned,
            List<Endpoints> endpoints) {}

    /** Endpoints in one state, with the labels of their row. */
    record Endpoints(Labels labels, EndpointCount count) {

        static Endpoints of(Labels row, EndpointCount count) {
            return new Endpoints(row.merge(Labels.of("state", count.state(), "reason", count.reason())), count);
        }
    }

    /** As Prometheus' library orders labels, which then has nothing left to sort. */
    static final Comparator<ServicePortCounts> ORDER = Comparator.comparing(ServicePortCounts::labels);

    private Rows() {}

    /** @param ports in {@link #ORDER} */
    static List<Row> ofEach(List<ServicePortCounts> ports) {
        return ports.stream()
                .map(port -> new Row(
                        port.labels(),
                        port.name().protocol(),
                        port.traffic(),
                        port.desired() ? port.poolSize() : null,
                        port.desired() && port.pins() ? port.pinnedClients() : null,
                        port.desired() ? port.endpoints() : List.of()))
                .toList();
    }

    /** @param retired what ports had counted that are gone, so that sums never fall */
    static List<Row> ofGroups(Collection<ServicePortCounts> ports, Map<Group, TrafficCounts> retired) {
        Map<Group, List<ServicePortCounts>> grouped = new HashMap<>();
        retired.keySet().forEach(group -> grouped.put(group, new ArrayList<>()));
        ports.forEach(port -> grouped.computeIfAbsent(Group.of(port.name()), _ -> new ArrayList<>())
                .add(port));
        List<Row> rows = new ArrayList<>();
        grouped.forEach((group, members) -> rows.add(sum(group, members, retired.get(group))));
        return rows;
    }

    static Labels labels(ServicePortName name) {
        return Labels.of(
                "namespace", name.service().namespace(),
                "service", name.service().name(),
                "port", name.port(),
                "protocol", name.protocol().name(),
                "ip_family", name.family().toString());
    }

    private static Row sum(Group group, List<ServicePortCounts> members, @Nullable TrafficCounts retired) {
        TrafficCounts traffic = new TrafficCounts(false);
        if (retired != null) {
            traffic.addAll(retired);
        }
        int pool = 0;
        int pinned = 0;
        Map<EndpointCount, Integer> endpoints =
                new TreeMap<>(Comparator.comparing(EndpointCount::state).thenComparing(EndpointCount::reason));
        for (ServicePortCounts port : members) {
            TrafficCounts ofPort = port.traffic();
            if (ofPort != null) {
                traffic.addAll(ofPort);
            }
            if (port.desired()) {
                pool += port.poolSize();
                pinned += port.pins() ? port.pinnedClients() : 0;
                port.endpoints()
                        .forEach(some ->
                                endpoints.merge(some.count(), some.count().endpoints(), Integer::sum));
            }
        }
        Labels labels = Labels.of(
                "protocol", group.protocol().name(), "ip_family", group.family().toString());
        return new Row(
                labels,
                group.protocol(),
                traffic,
                pool,
                pinned,
                endpoints.entrySet().stream()
                        .map(entry -> new EndpointCount(
                                entry.getKey().state(), entry.getKey().reason(), entry.getValue()))
                        .map(count -> Endpoints.of(labels, count))
                        .toList());
    }
}
