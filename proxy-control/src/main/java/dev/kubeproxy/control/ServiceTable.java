package dev.kubeproxy.control;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.model.UpdateSink;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The Services that are served, as {@code kubectl get services} would list them, with their endpoints. It listens in on
 * what sources offer and on what the data plane is told. Thread-safe.
 */
final class ServiceTable {

    private static final int ENDPOINTS_NAMED = 3;
    private static final List<String> HEADER =
            List.of("NAMESPACE", "NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "ENDPOINTS");

    private static final Comparator<ServiceState> BY_NAME = Comparator.comparing(ServiceState::name);

    private final Map<ServiceName, ServiceSpec> specs = new ConcurrentHashMap<>();
    private final Map<ServiceName, ServiceState> states = new ConcurrentHashMap<>();

    ChangeSink listeningIn(ChangeSink next) {
        return new ChangeSink() {
            @Override
            public void offer(List<Change> changes) {
                changes.forEach(ServiceTable.this::note);
                next.offer(changes);
            }

            @Override
            public void offerSynced() {
                next.offerSynced();
            }
        };
    }

    UpdateSink listeningIn(UpdateSink next) {
        return update -> {
            CompletionStage<Void> applied = next.apply(update);
            note(update);
            return applied;
        };
    }

    /** How many Services are served. */
    int size() {
        return states.size();
    }

    /** The table, a line for each Service that is served, sorted; the namespace is named where there are several. */
    @Override
    public String toString() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (ServiceState state : states.values().stream().sorted(BY_NAME).toList()) {
            ServiceSpec spec = specs.get(state.name());
            if (spec != null) {
                rows.add(row(spec, state));
            }
        }
        long namespaces = rows.stream().skip(1).map(List::getFirst).distinct().count();
        if (namespaces < 2) {
            rows.replaceAll(row -> row.subList(1, row.size()));
        }
        int[] widths = widths(rows);
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private void note(Change change) {
        switch (change) {
            case Change.ServiceSet(ServiceSpec spec) -> specs.put(spec.name(), spec);
            case Change.ServiceGone(ServiceName name) -> specs.remove(name);
            case Change.SliceSet _,
                    Change.SliceGone _,
                    Change.NodeSet _,
                    Change.NodeGone _,
                    Change.NodesKnown _,
                    Change.ApiServerAt _ -> {}
        }
    }

    private void note(ProxyUpdate update) {
        for (ServiceState state : update.services()) {
            if (state.ports().isEmpty()) {
                states.remove(state.name());
            } else {
                states.put(state.name(), state);
            }
        }
    }

    private static List<String> row(ServiceSpec spec, ServiceState state) {
        List<InetAddress> external = Stream.of(spec.externalIps(), spec.loadBalancerIps())
                .flatMap(List::stream)
                .toList();
        return List.of(
                spec.name().namespace(),
                spec.name().name(),
                spec.type(),
                join(spec.clusterIps()),
                external.isEmpty() ? "<none>" : join(external),
                spec.ports().stream().map(ServiceTable::text).collect(Collectors.joining(",")),
                endpoints(state));
    }

    private static String join(Collection<InetAddress> addresses) {
        return addresses.stream().map(Addresses::text).collect(Collectors.joining(","));
    }

    /** {@code 80:30080/TCP}, or without a NodePort {@code 80/TCP}. */
    private static String text(ServiceSpec.Port port) {
        String node = port.nodePort() == 0 ? "" : ":" + port.nodePort();
        return port.port() + node + "/" + port.protocol();
    }

    private static String endpoints(ServiceState state) {
        List<String> all = state.ports().stream()
                .flatMap(port -> port.pool().backends().stream())
                .map(Backend::toString)
                .distinct()
                .toList();
        String named = all.stream().limit(ENDPOINTS_NAMED).collect(Collectors.joining(","));
        int more = all.size() - ENDPOINTS_NAMED;
        if (more > 0) {
            return named + " + " + more + " more...";
        }
        return named.isEmpty() ? "<none>" : named;
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return widths;
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length - 1; column++) {
            line.append(row.get(column))
                    .repeat(' ', widths[column] - row.get(column).length() + 3);
        }
        return line.append(row.getLast()).append('\n').toString();
    }
}
