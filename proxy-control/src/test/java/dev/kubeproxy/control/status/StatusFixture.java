package dev.kubeproxy.control.status;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.control.desired.Specs;
import dev.kubeproxy.control.events.EventQueue;
import dev.kubeproxy.control.health.MetricsServer;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.LongestOpen;
import dev.kubeproxy.server.observe.OpenConnection;
import dev.kubeproxy.server.observe.PortTraffic;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A proxy's status without a proxy: a cluster of the test's own, and figures that it sets. */
public final class StatusFixture implements AutoCloseable {

    public final EventQueue events = new EventQueue(Ticker.SYSTEM);
    public final List<ListenerStatus> listeners = new CopyOnWriteArrayList<>();
    public final List<OpenConnection> connections = new CopyOnWriteArrayList<>();
    public final Map<String, PortTraffic> traffic = new ConcurrentHashMap<>();
    public volatile StatusPages pages;
    public volatile int connectionsLeftOut;
    public volatile @Nullable Backend leadsBack;

    private ClusterState state = newState();
    private long started = 1;
    private final MetricsServer server;

    public StatusFixture() {
        pages = newPages();
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var contents =
                new MetricsServer.Contents(registry, () -> "{}", () -> "", path -> pages.at(path), Optional.empty());
        server = new MetricsServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Specs.THIS_NODE, contents, _ -> {});
    }

    /** Serves from now on what another run of the proxy would, that knows of these specs only. */
    public void restart(Object... specs) {
        state = newState();
        started++;
        apply(specs);
        traffic.clear();
        pages = newPages();
    }

    private static ClusterState newState() {
        return new ClusterState(Specs.THIS_NODE, NodePortAddresses.ALL, DrainPolicy.KEEP);
    }

    private StatusPages newPages() {
        return new StatusPages(new StatusSource(
                Specs.THIS_NODE,
                started,
                state.decisions(),
                reader -> traffic.values().forEach(reader),
                () -> listeners,
                (backend, _) -> backend.equals(leadsBack),
                events,
                most -> CompletableFuture.completedFuture(
                        new LongestOpen(connections, connectionsLeftOut).with(new LongestOpen(List.of(), 0), most))));
    }

    /** Takes specs in, as a source and the sync thread would. */
    public void apply(Object... specs) {
        for (Change change : Specs.changes(specs)) {
            state.apply(change);
        }
        state.rebuild().changed().forEach(state::told);
    }

    /** Says what went through the unnamed TCP port of a Service. */
    public void traffic(String service, long active, long opened, long bytes) {
        ServicePortName port = new ServicePortName(Specs.name(service), "", Protocol.TCP);
        traffic.put(service, new PortTraffic(port, active, opened, bytes, 2 * bytes, 0));
    }

    /** So many Services with two endpoints each. */
    public void applyMany(int count) {
        List<Object> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "service-%05d".formatted(i);
            specs.add(Specs.service(
                    name, "10.%d.%d.%d".formatted(96 + i / 62500, i / 250 % 250, i % 250 + 1), Specs.tcp("", 80)));
            specs.add(Specs.slice(
                    name + "-a",
                    name,
                    8080,
                    Specs.ready("10.244.%d.%d".formatted(i / 250 % 250, i % 250 + 1)),
                    Specs.ready("10.245.%d.%d".formatted(i / 250 % 250, i % 250 + 1))));
        }
        apply(specs.toArray());
    }

    /** Serves it all on a port of its own. */
    public String serve() throws IOException {
        server.start(true);
        return "127.0.0.1:" + server.boundAddress().orElseThrow().getPort();
    }

    @Override
    public void close() {
        server.close();
    }
}
