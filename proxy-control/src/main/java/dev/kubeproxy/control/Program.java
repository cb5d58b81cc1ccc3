package dev.kubeproxy.control;

import dev.kubeproxy.control.ProxyConfiguration.Source;
import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.events.EventQueue;
import dev.kubeproxy.control.health.HealthServer;
import dev.kubeproxy.control.health.MetricsServer;
import dev.kubeproxy.control.health.ProxyHealth;
import dev.kubeproxy.control.node.NodeAddresses;
import dev.kubeproxy.control.sync.SyncStatus;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.IpFamily;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The running proxy: starts its parts in order, waits until it shall stop, and closes them in the opposite order. The
 * one place where all packages meet.
 */
final class Program {

    private static final Logger LOG = LogManager.getLogger();
    private static final Path OOM_SCORE_ADJ = Path.of("/proc/self/oom_score_adj");

    private final ProxyConfiguration configuration;
    private final Supplier<String> configz;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CompletableFuture<Void> hurry = new CompletableFuture<>();
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final SyncStatus status;
    private final ProxyHealth health;
    private final Metrics metrics;
    private final EventQueue events = new EventQueue(Ticker.SYSTEM);
    private volatile @Nullable NodeProxy running;

    /** @param configz the configuration as JSON, made when somebody asks */
    Program(ProxyConfiguration configuration, Supplier<String> configz) {
        this.configuration = configuration;
        this.configz = configz;
        this.metrics = started(new Metrics(BuildInfo.read(), families(), configuration.telemetry()));
        this.status =
                new SyncStatus(InstantSource.system(), configuration.pacing().syncPeriod(), metrics.sync());
        this.health = new ProxyHealth(status, InstantSource.system());
        OldGeneration.ofSerialCollector().ifPresent(this::started);
    }

    /**
     * Serves until {@link #stop}.
     *
     * @throws IOException when a port is taken and shall not be waited for, or the source or the transport cannot be used
     */
    void run() throws IOException, InterruptedException {
        try {
            adjustOomScore();
            LOG.info("Starting {} in userspace mode: {}", BuildInfo.read(), summary());
            LOG.info("Using userspace Proxier.");
            events.tell(Event.starting());
            startHealth();
            NodeProxy proxy = started(new NodeProxy(configuration, status, health, metrics, events));
            running = proxy;
            startMetrics(proxy);
            proxy.start();
            stop.await();
            LOG.info("Stopping");
            health.onShutdown();
            proxy.drain(configuration.traffic().drainTimeout(), hurry);
        } finally {
            closeAll();
        }
    }

    /** Ends {@link #run}; any thread may call. */
    void stop() {
        stop.countDown();
    }

    /** Ends a drain now, whatever is still open; any thread may call. */
    void hurry() {
        hurry.complete(null);
    }

    /** Logs in a line what the proxy is and does, and which addresses it fails to listen on; any thread may call. */
    void logState() {
        NodeProxy proxy = running;
        if (proxy == null) {
            LOG.info("State: starting");
            return;
        }
        SyncStatus.Snapshot sync = status.snapshot();
        LOG.info(
                "State: {}; {}, last synced {}, {} changes wait; heap {} MiB",
                summary(),
                proxy.summary(),
                sync.firstSyncDone() ? sync.lastSynced() : "never",
                sync.pending(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20);
        proxy.failures().forEach(failure -> LOG.warn("State: {}", failure));
    }

    private void startHealth() throws IOException {
        Optional<InetSocketAddress> address = configuration.ports().healthz();
        if (address.isPresent()) {
            List<String> families = families().stream().map(IpFamily::toString).toList();
            started(new HealthServer(address.get(), health, families, metrics.registry(), this::onHealthPortTaken))
                    .start(configuration.ports().hardFail());
        }
    }

    private void startMetrics(NodeProxy proxy) throws IOException {
        Optional<InetSocketAddress> address = configuration.ports().metrics();
        if (address.isPresent()) {
            Optional<IntConsumer> verbosity =
                    configuration.ports().profiling() ? Optional.of(Logs::verbosity) : Optional.empty();
            var contents = new MetricsServer.Contents(
                    metrics.registry(), configz, proxy::services, proxy.status()::at, verbosity);
            started(new MetricsServer(address.get(), configuration.node().name(), contents, this::onMetricsPortTaken))
                    .start(configuration.ports().hardFail());
        }
    }

    private void onHealthPortTaken(String why) {
        events.tell(Event.noHealthPort(why));
    }

    private void onMetricsPortTaken(String why) {
        events.tell(Event.noMetricsPort(why));
    }

    /** What this machine can do: a Service of either may come (rule J3). */
    private static List<IpFamily> families() {
        List<InetAddress> addresses = NodeAddresses.current();
        return Stream.of(IpFamily.values())
                .filter(family -> addresses.stream().anyMatch(address -> IpFamily.of(address) == family))
                .toList();
    }

    private String summary() {
        String source = switch (configuration.source()) {
            case Source.Manifests(var directory) -> "manifests in " + directory;
            case Source.Kubernetes(var kubeconfig, var master) ->
                "API server "
                        + master.or(() -> kubeconfig.map(file -> "of " + file)).orElse("of the pod's service account");
        };
        return "%s, node %s, ClusterIPs %s, pods %s"
                .formatted(
                        source,
                        configuration.node().name(),
                        configuration.services().clusterIpRanges(),
                        configuration.services().podRanges());
    }

    private void adjustOomScore() {
        int score = configuration.node().oomScoreAdj();
        try {
            Files.writeString(OOM_SCORE_ADJ, Integer.toString(score));
        } catch (IOException e) {
            LOG.debug("Cannot set the OOM score to {}: {}", score, e.getMessage());
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }

    private void closeAll() {
        for (AutoCloseable part : started) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("{} did not close", part.getClass().getSimpleName(), e);
            }
        }
    }
}
