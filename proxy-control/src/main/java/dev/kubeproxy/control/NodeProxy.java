package dev.kubeproxy.control;

import dev.kubeproxy.control.ProxyConfiguration.Source;
import dev.kubeproxy.control.access.AccessLog;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.events.EventQueue;
import dev.kubeproxy.control.health.HttpClients;
import dev.kubeproxy.control.health.ProxyHealth;
import dev.kubeproxy.control.health.ServiceHealthServers;
import dev.kubeproxy.control.kube.KubeClients;
import dev.kubeproxy.control.kube.KubeEvents;
import dev.kubeproxy.control.kube.KubeSource;
import dev.kubeproxy.control.kube.RequestObserver;
import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.control.manifest.ManifestSource;
import dev.kubeproxy.control.node.AddressGuard;
import dev.kubeproxy.control.node.LocalAddresses;
import dev.kubeproxy.control.node.ServiceFilter;
import dev.kubeproxy.control.node.StrictArp;
import dev.kubeproxy.control.status.StatusPages;
import dev.kubeproxy.control.status.StatusSource;
import dev.kubeproxy.control.sync.DataPlane;
import dev.kubeproxy.control.sync.LocalNode;
import dev.kubeproxy.control.sync.Pace;
import dev.kubeproxy.control.sync.SyncLoop;
import dev.kubeproxy.control.sync.SyncStatus;
import dev.kubeproxy.server.ProxyServer;
import dev.kubeproxy.server.ProxyServerConfig;
import dev.kubeproxy.server.ServiceCapture;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.transport.Transport;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of this node, wired: source → sync thread → data plane, with local addresses beside. {@link #start} it, then
 * {@link #drain} and {@link #close} it, from one thread.
 */
final class NodeProxy implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();
    private static final int FAILURES_NAMED = 10;

    private final ProxyConfiguration configuration;
    private final Metrics metrics;
    private final EventQueue events;
    private final OwnNode node;
    private final ServiceTable table = new ServiceTable();
    private final ThisInstance instance;
    private final LocalAddresses addresses;
    private final ServiceFilter filter;
    private final NodeScan scan;
    private final ProxyServer server;
    private final SyncLoop sync;
    private final ServiceHealthServers serviceHealth;
    private final StatusPages status;
    private final Deque<AutoCloseable> sources = new ArrayDeque<>();
    private @Nullable AccessLog accessLog;

    /**
     * Does nothing yet.
     *
     * @param events written into the cluster, where the source is one
     * @param health told whether this node wants clients, and asked whether the proxy keeps up
     * @throws IOException when this machine cannot do what the configuration asks for
     */
    NodeProxy(
            ProxyConfiguration configuration,
            SyncStatus syncStatus,
            ProxyHealth health,
            Metrics metrics,
            EventQueue events)
            throws IOException {
        this.configuration = configuration;
        this.metrics = metrics;
        this.events = events;
        this.node = new OwnNode(
                configuration.node(), configuration.source() instanceof Source.Kubernetes, health::nodeEligible);
        this.serviceHealth = new ServiceHealthServers(health, events);
        ProxyConfiguration.Traffic traffic = configuration.traffic();
        int loops = traffic.eventLoops() > 0
                ? traffic.eventLoops()
                : Runtime.getRuntime().availableProcessors();
        ProxyServerConfig config = ProxyServerConfig.standard(transport(traffic.transport()), loops)
                .withDescriptorsKept(HttpClients.MOST)
                .withCapture(capture(traffic.capture()));
        server = new ProxyServer(
                traffic.udpTimeout().map(config::withUdpIdle).orElse(config), new ListenerEvents(observer(), events));
        metrics.watch(server);
        instance = ThisInstance.begin();
        boolean bound = server.capture() == ServiceCapture.BIND;
        filter = ServiceFilter.ofThisMachine(bound);
        addresses = LocalAddresses.ofThisMachine(
                configuration.services().clusterIpRanges(), instance, bound ? filter : new ServerGuard(server));
        scan = new NodeScan(
                configuration.node().name(), configuration.node().localDetection(), filter::insiders, server::insiders);
        var state = new ClusterState(
                configuration.node().name(),
                configuration.services().nodePortAddresses(),
                DrainPolicy.valueOf(traffic.drainPolicy().toUpperCase(Locale.ROOT)),
                configuration.services().podRanges());
        var pace = Pace.standard(Ticker.SYSTEM::nanos)
                .withPeriods(
                        configuration.pacing().minSyncPeriod(),
                        configuration.pacing().syncPeriod());
        var dataPlane = new DataPlane(filter.inFrontOf(table.listeningIn(server)), server::inUse, serviceHealth);
        sync = new SyncLoop(state, dataPlane, new LocalNode(addresses, scan), syncStatus, pace);
        status = new StatusPages(new StatusSource(
                configuration.node().name(),
                ManagementFactory.getRuntimeMXBean().getStartTime(),
                state.decisions(),
                metrics.observer()::forEachTraffic,
                server::listeners,
                server::leadsBack,
                events,
                server::longestOpen));
    }

    /**
     * Begins to follow the source; serves as soon as that has been read once.
     *
     * @throws IOException when the source's configuration cannot be used; the message says where and why
     */
    void start() throws IOException {
        LOG.info("Service addresses are captured by {}", server.capture());
        if (instance.isAlone()) {
            filter.clear();
        }
        sync.start();
        if (configuration.node().strictArp()) {
            StrictArp.set();
        }
        ChangeSink listeners = node.listeningIn(scan.listeningIn(table.listeningIn(sync)));
        ChangeSink sink = configuration.services().externalIps() ? listeners : new ExternalIps(listeners);
        switch (configuration.source()) {
            case Source.Manifests manifests -> follow(manifests, sink);
            case Source.Kubernetes cluster -> follow(cluster, sink);
        }
    }

    /** In a few words what it does now, for the log. */
    String summary() {
        Map<String, Long> listeners = server.listeners().stream()
                .collect(Collectors.groupingBy(
                        listener -> listener.state().getClass().getSimpleName().toLowerCase(Locale.ROOT),
                        TreeMap::new,
                        Collectors.counting()));
        return "%d Services served, listeners %s, %d TCP connections, %d UDP sessions, %d of %d file descriptors"
                .formatted(
                        table.size(),
                        listeners,
                        server.connections(),
                        server.sessions(),
                        server.descriptors(),
                        server.descriptorLimit());
    }

    /** The first of the listeners that do not listen, and why. */
    List<String> failures() {
        return server.listeners().stream()
                .filter(listener -> !(listener.state() instanceof ListenerStatus.State.Bound))
                .limit(FAILURES_NAMED)
                .map(listener -> "%s for %s: %s".formatted(listener.frontend(), listener.owner(), listener.state()))
                .toList();
    }

    /** The Services that are served, for people. */
    String services() {
        return table.toString();
    }

    /** What operators look at. */
    StatusPages status() {
        return status;
    }

    /**
     * Accepts no connection any more, and waits for those that are open to end. UDP, and what connections lose with their
     * endpoints, go on following the source.
     *
     * @param hurry completes to end the wait before the timeout does
     */
    void drain(Duration timeout, CompletableFuture<Void> hurry) throws InterruptedException {
        filter.freeze();
        sync.drain();
        int open = server.connections();
        if (open > 0) {
            LOG.info("Waiting up to {} s for {} connections to end", timeout.toSeconds(), open);
        }
        try {
            CompletableFuture.anyOf(server.drain().toCompletableFuture(), hurry)
                    .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            LOG.debug("The time to drain is over");
        } catch (ExecutionException e) {
            LOG.error("Draining failed; closing what is open: this is a bug", e.getCause());
        }
        if (server.connections() > 0) {
            LOG.warn("Closing {} connections that have not ended", server.connections());
        }
    }

    /** Closes every socket, removes the routes, and only then lets go of what kept host processes from being reached. */
    @Override
    public void close() {
        closeSources();
        sync.close();
        serviceHealth.close();
        server.stop();
        boolean alone = instance.isAlone();
        if (!alone) {
            filter.end(false); // the other run's table now
        }
        Set<InetAddress> left = addresses.release(addresses.claimed());
        if (!left.isEmpty()) {
            LOG.warn("{} local routes are left behind; --cleanup removes them", left.size());
        }
        filter.end(alone);
        server.close();
        if (accessLog != null) {
            accessLog.close(); // what ended last is logged too
        }
        instance.close();
    }

    /** Removes what runs that have ended left on this machine. */
    static void cleanUp() throws IOException {
        try (ThisInstance instance = ThisInstance.begin()) {
            if (instance.isAlone()) {
                ServiceFilter.ofThisMachine(false).clear();
            }
            LocalAddresses.ofThisMachine(List.of(), instance, AddressGuard.NONE).flush();
        }
    }

    /** Counts, and where it is asked for, logs connections. */
    private ProxyObserver observer() throws IOException {
        Optional<AccessLog.Options> options = configuration.telemetry().accessLog();
        if (options.isEmpty()) {
            return metrics.observer();
        }
        AccessLog log = AccessLog.open(options.get());
        accessLog = log;
        metrics.watch(log);
        return log.inFrontOf(metrics.observer());
    }

    private void follow(Source.Manifests manifests, ChangeSink sink) {
        ProxyConfiguration.Services services = configuration.services();
        var source = new ManifestSource(
                manifests.directory(),
                configuration.node().name(),
                new ServiceReader(proxyName()),
                services.clusterIpRanges(),
                sink);
        sources.push(source);
        source.start();
    }

    private void follow(Source.Kubernetes cluster, ChangeSink sink) throws IOException {
        KubernetesClient client = connect(cluster, metrics.requests());
        sources.push(client);
        var writer = new KubeEvents(client, configuration.node().name(), events);
        sources.push(writer);
        writer.start();
        var observers = new KubeSource.Observers(writer, metrics.requests());
        var source = new KubeSource(client, configuration.node().name(), sink, proxyName(), observers);
        sources.push(source);
        source.start();
    }

    private static KubernetesClient connect(Source.Kubernetes cluster, RequestObserver observer) throws IOException {
        try {
            return new KubeClients(observer).connect(cluster.kubeconfig(), cluster.master());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        } catch (RuntimeException e) { // fabric8's, of a server whose URL is none, for instance
            String from = cluster.kubeconfig().map(file -> "kubeconfig " + file).orElse("the API server's address");
            throw new IOException(from + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Transport transport(String name) throws IOException {
        Transport transport = name.equals("auto") ? Transport.best() : Transport.valueOf(name.toUpperCase(Locale.ROOT));
        if (!transport.available()) {
            throw new IOException("--transport=" + name + " is not available on this machine; auto takes the best");
        }
        return transport;
    }

    private static ServiceCapture capture(String name) {
        return ServiceCapture.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private @Nullable String proxyName() {
        String name = configuration.services().proxyName();
        return name.isEmpty() ? null : name;
    }

    private void closeSources() {
        while (!sources.isEmpty()) {
            try {
                sources.pop().close();
            } catch (Exception e) {
                LOG.warn("The source did not close: {}", e.toString());
            }
        }
    }
}
