package dev.kubeproxy.control.kube;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.control.kube.WatchedKind.Selection;
import dev.kubeproxy.server.balance.Ticker;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The Kubernetes API as a source: Services, EndpointSlices and Nodes, each followed by a thread of its own (rules A3,
 * A4, O2, O4). It needs no more than list and watch of the three (rule Q1), and ends only by {@link #close}.
 */
public final class KubeSource implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();

    private static final String SLICES = "discovery.k8s.io/v1";
    private static final String BETA_SLICES = "discovery.k8s.io/v1beta1";
    private static final String NOT_HEADLESS = "!" + ServiceReader.HEADLESS_LABEL;

    /** Services are served without the Nodes then, as far as that is safe (rule O2 names only the other two lists). */
    private static final Duration LONGEST_WAIT_FOR_NODES = Duration.ofSeconds(5);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final String nodeName;
    private final ChangeSink sink;
    private final @Nullable String proxyName;
    private final ObjectObserver observer;
    private final ObjectWatch services;
    private final ObjectWatch slices;
    private final ObjectWatch nodes;
    private final List<ObjectWatch> watches;
    private final List<Thread> threads = new ArrayList<>();
    /** Confined to the thread that watches Nodes. */
    private @Nullable Change serverAt;

    /**
     * Who watches the source at work.
     *
     * @param objects sees the objects as they are read
     * @param requests is told of what was not answered; the client tells the rest
     */
    public record Observers(ObjectObserver objects, RequestObserver requests) {}

    /**
     * A source that {@link #start} sets going.
     *
     * @param client stays the caller's to close, after this source
     * @param proxyName serve the Services labelled with this name; null for those that name no proxy (rule A3)
     */
    public KubeSource(KubernetesClient client, String nodeName, ChangeSink sink, @Nullable String proxyName) {
        this(client, nodeName, sink, proxyName, new Observers(ObjectObserver.NONE, RequestObserver.NONE));
    }

    /** @param observers see what is read, and what is not */
    public KubeSource(
            KubernetesClient client,
            String nodeName,
            ChangeSink sink,
            @Nullable String proxyName,
            Observers observers) {
        this.observer = observers.objects();
        this.client = outspoken(client);
        this.nodeName = nodeName;
        this.sink = sink;
        this.proxyName = proxyName;
        ApiOutage outage = new ApiOutage(client.getMasterUrl(), Ticker.SYSTEM, observers.requests());
        services = new ObjectWatch(
                new WatchedKind("Services", this::selectServices, Change.ServiceGone::new, observer::onGone),
                sink,
                outage);
        slices = new ObjectWatch(
                new WatchedKind("EndpointSlices", this::selectSlices, Change.SliceGone::new, _ -> {}), sink, outage);
        nodes = new ObjectWatch(
                new WatchedKind("Nodes", this::selectNodes, node -> new Change.NodeGone(node.name()), _ -> {}),
                sink,
                outage);
        watches = List.of(nodes, services, slices);
    }

    /** Begins to list and watch; the server need not be there yet. Call once. */
    public void start() {
        LOG.info("Reading Services and EndpointSlices from the Kubernetes API at {}", client.getMasterUrl());
        sink.offer(List.of(unknownNode(nodeName), new Change.NodesKnown(false)));
        CompletableFuture<Void> nodesKnown =
                nodes.firstList().thenRun(() -> sink.offer(List.of(new Change.NodesKnown(true))));
        var _ = CompletableFuture.allOf(services.firstList(), slices.firstList())
                .thenCompose(_ -> nodesKnown
                        .thenApply(_ -> true)
                        .completeOnTimeout(false, LONGEST_WAIT_FOR_NODES.toSeconds(), SECONDS))
                .thenAccept(this::offerSynced);
        for (ObjectWatch watch : watches) {
            threads.add(
                    Thread.ofPlatform().daemon().name("watch-" + watch.name()).start(watch));
        }
    }

    /** Ends the watches. What was offered stays. */
    @Override
    public void close() {
        watches.forEach(ObjectWatch::close);
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                if (!thread.join(LONGEST_STOP)) {
                    LOG.warn(
                            "{} has not ended within {} s; it is left behind",
                            thread.getName(),
                            LONGEST_STOP.toSeconds());
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Selection<?> selectServices() {
        ServiceReader reader = new ServiceReader(proxyName);
        String proxy = proxyName == null
                ? "!" + ServiceReader.PROXY_NAME_LABEL
                : ServiceReader.PROXY_NAME_LABEL + "=" + proxyName;
        return new Selection<>(
                client.services().inAnyNamespace().withLabelSelector(proxy + "," + NOT_HEADLESS), service -> {
                    observer.onSeen(service);
                    return reader.read(service).map(Change.ServiceSet::new);
                });
    }

    private void offerSynced(boolean nodesKnown) {
        if (!nodesKnown) {
            LOG.warn("The Nodes cannot be read yet: until then Services are served at no external or load balancer IP,"
                    + " since it may be another Node's");
        }
        sink.offerSynced();
    }

    /** The newest version that the server has; an upgrade of the server changes it under way. */
    private Selection<?> selectSlices() {
        EndpointSliceReader reader = new EndpointSliceReader();
        if (client.supports(SLICES, "EndpointSlice")) {
            return new Selection<>(
                    client.discovery().v1().endpointSlices().inAnyNamespace().withLabelSelector(NOT_HEADLESS),
                    slice -> {
                        observer.onSeen(slice);
                        return reader.read(slice).map(spec -> changed(spec, slice.getMetadata()));
                    });
        }
        if (client.supports(BETA_SLICES, "EndpointSlice")) {
            LOG.debug("The server has no {}; reading {}", SLICES, BETA_SLICES);
            return new Selection<>(
                    client.discovery()
                            .v1beta1()
                            .endpointSlices()
                            .inAnyNamespace()
                            .withLabelSelector(NOT_HEADLESS),
                    slice -> reader.read(slice).map(spec -> changed(spec, slice.getMetadata())));
        }
        throw new KubernetesClientException(
                "it has neither " + SLICES + " nor " + BETA_SLICES + "; Kubernetes 1.17 or newer is needed");
    }

    /** This one for what it says of itself, the others for their addresses, which no Service may take from them. */
    private Selection<?> selectNodes() {
        NodeReader reader = new NodeReader();
        offerServerAddresses();
        return new Selection<>(client.nodes(), node -> reader.read(node).map(Change.NodeSet::new));
    }

    /** Anew with each list: a name may lead elsewhere by then. */
    @MayBlock
    private void offerServerAddresses() {
        String host = client.getMasterUrl().getHost();
        try {
            Change found = new Change.ApiServerAt(List.of(InetAddress.getAllByName(host)));
            if (!found.equals(serverAt)) {
                serverAt = found;
                sink.offer(List.of(found));
            }
        } catch (UnknownHostException e) { // the list fails by this, too, and says so
            LOG.debug("Nobody knows where {} is", host, e);
        }
    }

    private static Change changed(SliceSpec slice, ObjectMeta metadata) {
        return new Change.SliceSet(slice.withLastChange(LastChange.of(metadata)));
    }

    /** What holds of a Node before it is read: Services are served without it. */
    private static Change unknownNode(String name) {
        return new Change.NodeSet(new NodeSpec(name, "", List.of()));
    }

    /** The client, made to tell each failure at once: how long to wait is the watches' own business. */
    static KubernetesClient outspoken(KubernetesClient client) {
        return client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestRetryBackoffLimit(0)
                                .withWatchReconnectLimit(0)
                                .build())
                .adapt(KubernetesClient.class);
    }
}
