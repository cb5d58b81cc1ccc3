package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.desired.NodeFacts;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.control.testing.FakeApiServer;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.control.testing.RecordingSink;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The source against a server that goes away, forgets, refuses and changes (rules O2, O4). */
class KubeSourceIT {

    /** Plenty for a server that answers. A stopped one may leave a connection that it will never answer. */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private static final ServiceName WEB = new ServiceName("shop", "web");

    private final RecordingSink sink = new RecordingSink();
    private final List<ServiceName> gone = new CopyOnWriteArrayList<>();
    private final ObjectObserver observer = new ObjectObserver() {
        @Override
        public void onGone(ServiceName service) {
            gone.add(service);
        }
    };
    private final FakeApiServer server =
            new FakeApiServer(FakeApiServer.SERVICES, FakeApiServer.SLICES, FakeApiServer.NODES);
    private @Nullable KubernetesClient client;
    private @Nullable KubeSource source;

    @AfterEach
    void stop() {
        if (source != null) {
            source.close();
        }
        if (client != null) {
            client.close();
        }
        server.close();
    }

    @Test
    @Rule("O2")
    void theFirstListsAreOfferedWholeBeforeTheSourceIsSynced() {
        for (int i = 0; i < 1200; i++) {
            server.put(FakeApiServer.SERVICES, service("web-" + i, "10.96.%d.%d".formatted(i / 250, i % 250 + 1)));
        }
        server.put(FakeApiServer.SLICES, slice("web-x", "10.244.0.1"));
        server.put(FakeApiServer.NODES, node("a"));
        start();

        sink.awaitSynced();
        assertThat(sink.changesBeforeSynced())
                .filteredOn(Change.ServiceSet.class::isInstance)
                .hasSize(1200);
        assertThat(sink.changesBeforeSynced())
                .filteredOn(Change.SliceSet.class::isInstance)
                .hasSize(1);
        assertThat(sink.offers()).anyMatch(offer -> offer.size() == 1200);
        assertThat(server.requests("list " + FakeApiServer.SERVICES)).isEqualTo(3);
    }

    @Test
    void changesFollowOneByOne() {
        start();
        sink.awaitSynced();

        Service web = service("web", "10.96.0.1");
        server.put(FakeApiServer.SERVICES, web);
        awaitService("10.96.0.1");
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.2"));
        awaitService("10.96.0.2");
        server.put(FakeApiServer.SLICES, slice("web-x", "10.244.0.1"));
        awaitSlice("10.244.0.1");
        server.delete(FakeApiServer.SLICES, slice("web-x", "10.244.0.1"));
        sink.await(new Change.SliceGone(new ServiceName("shop", "web-x")));
        server.delete(FakeApiServer.SERVICES, web);
        sink.await(new Change.ServiceGone(WEB));

        assertThat(sink.timesSynced()).isEqualTo(1);
    }

    @Test
    @Rule("A3")
    void aServiceThatStopsBeingOneOfOursIsGone() {
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));
        start();
        awaitService("10.96.0.1");

        Service labelled = service("web", "10.96.0.1");
        labelled.getMetadata().setLabels(Map.of(ServiceReader.PROXY_NAME_LABEL, "other"));
        server.put(FakeApiServer.SERVICES, labelled);
        sink.await(new Change.ServiceGone(WEB));
    }

    @Test
    @Rule({"A1", "A2"})
    void aServiceThatBecomesHeadlessOrANameIsGoneUntilItIsMore() {
        start();
        awaitWatches();
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));
        awaitService("10.96.0.1");

        Service name = service("web", "10.96.0.1");
        name.getSpec().setType("ExternalName");
        server.put(FakeApiServer.SERVICES, name);
        sink.await(new Change.ServiceGone(WEB));
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.2"));
        awaitService("10.96.0.2");
        sink.forget();
        server.put(FakeApiServer.SERVICES, service("web", "None"));
        sink.await(new Change.ServiceGone(WEB));
    }

    @Test
    void theEndOfAServiceIsObservedWhetherItWasServedOrNot() {
        server.put(FakeApiServer.SERVICES, service("listed", "None"));
        start();
        awaitWatches();
        server.put(FakeApiServer.SERVICES, service("watched", "None"));
        server.delete(FakeApiServer.SERVICES, service("watched", "None"));
        Await.until("the end of one", () -> gone.equals(List.of(new ServiceName("shop", "watched"))));

        server.stop();
        server.delete(FakeApiServer.SERVICES, service("listed", "None"));
        server.compact();
        server.start();
        Await.until("the end of both", () -> gone.contains(new ServiceName("shop", "listed")));
    }

    @Test
    @Rule("M4")
    void aSliceCarriesWhenItLastChangedUnlessThatMakesNoSense() {
        String annotation = "endpoints.kubernetes.io/last-change-trigger-time";
        EndpointSlice told = slice("a", "10.244.0.1");
        told.getMetadata().setAnnotations(Map.of(annotation, "2026-11-23T12:00:00.5Z"));
        EndpointSlice wrong = slice("b", "10.244.0.2");
        wrong.getMetadata().setAnnotations(Map.of(annotation, "yesterday"));
        server.put(FakeApiServer.SLICES, told);
        server.put(FakeApiServer.SLICES, wrong);
        server.put(FakeApiServer.SLICES, slice("c", "10.244.0.3"));
        start();

        sink.awaitSynced();
        assertThat(sink.changes(Change.SliceSet.class))
                .extracting(set -> set.slice().lastChange())
                .containsExactly(Instant.parse("2026-11-23T12:00:00.5Z"), null, null);
    }

    @Test
    @Rule({"C9", "K4"})
    void theNodeIsUnknownUntilItIsThereAndWantsNoClientsOnceItIsGone() {
        Change unknown = new Change.NodeSet(new NodeSpec("node1", "", List.of()));
        start();
        sink.awaitSynced();
        assertThat(sink.changes(Change.NodeSet.class)).containsExactly((Change.NodeSet) unknown);

        server.put(FakeApiServer.NODES, node("a"));
        sink.await(new Change.NodeSet(new NodeSpec("node1", "a", List.of())));
        sink.forget();
        server.delete(FakeApiServer.NODES, node("a"));
        sink.await(new Change.NodeGone("node1"));
    }

    @Test
    void theNodesAreWaitedForSoThatNoAddressIsTakenFromThem() {
        server.put(FakeApiServer.SERVICES, exposed("10.96.0.1", "192.168.1.6", "192.168.1.7"));
        server.put(FakeApiServer.NODES, node("node2", "a", "192.168.1.6"));
        server.hold("list " + FakeApiServer.NODES);
        start();
        for (String path : List.of(FakeApiServer.SERVICES, FakeApiServer.SLICES)) {
            Await.until("watch of " + path, () -> server.requests("watch " + path) > 0);
        }
        server.release("list " + FakeApiServer.NODES);

        sink.awaitSynced();
        assertThat(claims(sink.changesBeforeSynced())).containsExactlyInAnyOrder("10.96.0.1", "192.168.1.7");
    }

    @Test
    void whileTheNodesCannotBeReadNothingButClusterIpsIsClaimed() {
        server.put(FakeApiServer.SERVICES, exposed("10.96.0.1", "192.168.1.6", "192.168.1.7"));
        server.put(FakeApiServer.NODES, node("node2", "a", "192.168.1.6"));
        server.refuse("list " + FakeApiServer.NODES, 403);
        start();
        sink.awaitSynced();
        assertThat(claims(sink.changesBeforeSynced())).containsExactly("10.96.0.1");

        server.accept("list " + FakeApiServer.NODES);
        Await.until("the Nodes are known", () -> claims(sink.changes()).equals(Set.of("10.96.0.1", "192.168.1.7")));
    }

    @Test
    void whatIsKnownOfADeletedNodeHoldsOnAsItsMachineDoes() {
        server.put(FakeApiServer.SERVICES, exposed("10.96.0.1", "192.168.1.6", "192.168.1.7"));
        server.put(FakeApiServer.NODES, node("node1", "a", "192.168.1.5"));
        server.put(FakeApiServer.NODES, node("node2", "a", "192.168.1.6"));
        start();
        awaitWatches();
        ClusterState state = state(sink.changes());
        NodeFacts before = state.node();
        sink.forget();

        server.delete(FakeApiServer.NODES, node("node1", "a", "192.168.1.5"));
        server.delete(FakeApiServer.NODES, node("node2", "a", "192.168.1.6"));
        Await.until("both are gone", () -> sink.changes().size() == 2);
        sink.changes().forEach(state::apply);
        assertThat(state.node()).isEqualTo(before);
        assertThat(claims(state)).containsExactlyInAnyOrder("10.96.0.1", "192.168.1.7");
    }

    @Test
    @Rule("O2")
    void aServerThatIsNotThereYetIsWaitedFor() {
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));
        server.start();
        server.stop();
        startSource();
        assertThat(sink.timesSynced()).isZero();

        server.start();
        sink.awaitSynced();
        awaitService("10.96.0.1");
    }

    @Test
    @Rule("O4")
    void aServerThatWasAwayIsGoneOnWithWithoutAList() {
        start();
        awaitWatches();
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));
        awaitService("10.96.0.1");
        sink.forget();

        server.stop();
        server.put(FakeApiServer.SERVICES, service("new", "10.96.0.2"));
        server.start();

        awaitService("10.96.0.2");
        assertThat(sink.changes()).hasSize(1);
        assertThat(server.requests("list " + FakeApiServer.SERVICES)).isEqualTo(1);
        assertThat(sink.timesSynced()).isEqualTo(1);
    }

    @Test
    @Rule("O4")
    void aServerThatForgotIsListedAgainAndJustTheDifferenceIsOffered() {
        server.put(FakeApiServer.SERVICES, service("same", "10.96.0.1"));
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.2"));
        server.put(FakeApiServer.SERVICES, service("changes", "10.96.0.3"));
        start();
        awaitWatches();
        sink.forget();

        server.stop();
        server.delete(FakeApiServer.SERVICES, service("web", "10.96.0.2"));
        server.put(FakeApiServer.SERVICES, service("changes", "10.96.0.4"));
        server.compact();
        server.start();

        sink.await(new Change.ServiceGone(WEB));
        awaitService("10.96.0.4");
        assertThat(sink.changes()).hasSize(2);
        assertThat(sink.offers()).hasSize(1);
        assertThat(sink.timesSynced()).isEqualTo(1);
    }

    @Test
    @Rule("O4")
    void anEndedWatchIsResumedWhereItWas() {
        start();
        awaitWatches();
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));
        awaitService("10.96.0.1");
        sink.forget();

        server.endWatches();
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.2"));

        awaitService("10.96.0.2");
        assertThat(sink.changes()).hasSize(1);
        assertThat(server.requests("list " + FakeApiServer.SERVICES)).isEqualTo(1);
    }

    @Test
    @Rule("O4")
    void aRefusedWatchIsTriedAgainAndDeletesNothing() {
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));
        server.refuse("watch " + FakeApiServer.SERVICES, 403);
        start();
        sink.awaitSynced();
        Await.until("the watch is tried again", () -> server.requests("watch " + FakeApiServer.SERVICES) > 2);
        assertThat(sink.changes(Change.ServiceGone.class)).isEmpty();

        server.accept("watch " + FakeApiServer.SERVICES);
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.2"));
        awaitService("10.96.0.2");
        assertThat(sink.timesSynced()).isEqualTo(1);
    }

    @Test
    @Rule("O4")
    void aServerThatIsTooBusyForAWatchIsNotAskedForTheList() {
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));
        server.refuse("upgrade " + FakeApiServer.SERVICES, 429);
        start();
        sink.awaitSynced();
        Await.until("the watch is tried again", () -> server.requests("upgrade " + FakeApiServer.SERVICES) > 1);
        server.accept("upgrade " + FakeApiServer.SERVICES);
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.2"));
        awaitService("10.96.0.2");
        assertThat(server.requests("list " + FakeApiServer.SERVICES)).isEqualTo(1);
    }

    @Test
    @Rule("O2")
    void aRefusedListKeepsTheSourceFromBeingSynced() {
        server.refuse("list " + FakeApiServer.SLICES, 500);
        start();
        Await.until("slices are tried again", () -> server.requests("list " + FakeApiServer.SLICES) > 1);
        assertThat(sink.timesSynced()).isZero();

        server.accept("list " + FakeApiServer.SLICES);
        sink.awaitSynced();
    }

    @Test
    void anOldServerHasTheBetaVersionOfSlices() {
        server.serve(FakeApiServer.SERVICES, FakeApiServer.NODES, FakeApiServer.BETA_SLICES);
        server.put(FakeApiServer.BETA_SLICES, betaSlice());
        start();

        awaitSlice("10.244.0.1");
        sink.awaitSynced();
    }

    @Test
    void aWatchThatIsNotAnsweredIsGivenUp() {
        server.hold("upgrade " + FakeApiServer.SERVICES);
        start();
        sink.awaitSynced();
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));

        awaitService("10.96.0.1");
    }

    @Test
    void aPlainWatchThatIsNotAnsweredIsAskedForAgain() {
        String watch = "watch " + FakeApiServer.SERVICES;
        server.hold(watch);
        start();
        sink.awaitSynced();
        Await.until("another " + watch, () -> server.requests(watch) > 1);
        server.release(watch);
        server.put(FakeApiServer.SERVICES, service("web", "10.96.0.1"));

        awaitService("10.96.0.1");
    }

    @Test
    void anUpgradedServerIsReadInItsNewVersion() {
        server.serve(FakeApiServer.SERVICES, FakeApiServer.NODES, FakeApiServer.BETA_SLICES);
        server.put(FakeApiServer.BETA_SLICES, betaSlice());
        start();
        awaitSlice("10.244.0.1");

        server.stop();
        server.serve(FakeApiServer.SERVICES, FakeApiServer.NODES, FakeApiServer.SLICES);
        server.put(FakeApiServer.SLICES, slice("web-x", "10.244.0.2"));
        server.start();

        awaitSlice("10.244.0.2");
        assertThat(sink.changes(Change.SliceGone.class)).isEmpty();
    }

    private void start() {
        server.start();
        startSource();
    }

    private void startSource() {
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withAutoConfigure(false)
                        .withMasterUrl(server.url())
                        .build())
                .withKubernetesSerialization(UsedFields.SERIALIZATION)
                .withHttpClientBuilderConsumer(
                        http -> http.addOrReplaceInterceptor(WatchDeadline.NAME, new WatchDeadline(ANSWER)))
                .build();
        source = new KubeSource(client, "node1", sink, null, new KubeSource.Observers(observer, RequestObserver.NONE));
        source.start();
    }

    private void awaitWatches() {
        sink.awaitSynced();
        for (String path : List.of(FakeApiServer.SERVICES, FakeApiServer.SLICES, FakeApiServer.NODES)) {
            Await.until("watch of " + path, () -> server.requests("watch " + path) > 0);
        }
    }

    private void awaitService(String clusterIp) {
        Await.until(
                "a Service at " + clusterIp,
                () -> sink.changes(Change.ServiceSet.class).stream()
                        .map(Change.ServiceSet::service)
                        .map(ServiceSpec::clusterIps)
                        .anyMatch(List.of(Addresses.parse(clusterIp))::equals));
    }

    private void awaitSlice(String address) {
        Await.until(
                "an endpoint at " + address,
                () -> sink.changes(Change.SliceSet.class).stream()
                        .flatMap(set -> set.slice().endpoints().stream())
                        .map(SliceSpec.Endpoint::address)
                        .anyMatch(Addresses.parse(address)::equals));
    }

    private static ClusterState state(List<Change> changes) {
        ClusterState state = new ClusterState("node1", NodePortAddresses.ALL, DrainPolicy.KEEP);
        changes.forEach(state::apply);
        return state;
    }

    /** What a node that knows of these changes makes local. */
    private static Set<String> claims(List<Change> changes) {
        return claims(state(changes));
    }

    private static Set<String> claims(ClusterState state) {
        return state.rebuild().changed().stream()
                .flatMap(service -> service.addresses().stream())
                .map(Addresses::text)
                .collect(Collectors.toSet());
    }

    private static Service exposed(String clusterIp, String... externalIps) {
        Service exposed = service("web", clusterIp);
        exposed.getSpec().setExternalIPs(List.of(externalIps));
        return exposed;
    }

    private static Service service(String name, String clusterIp) {
        return KubeYaml.object(Service.class, """
            apiVersion: v1
            kind: Service
            metadata: {name: %s, namespace: shop}
            spec: {clusterIP: %s, ports: [{port: 80}]}
            """.formatted(name, clusterIp));
    }

    private static EndpointSlice slice(String name, String address) {
        return KubeYaml.object(EndpointSlice.class, sliceYaml("v1", name, address));
    }

    private static io.fabric8.kubernetes.api.model.discovery.v1beta1.EndpointSlice betaSlice() {
        return KubeYaml.object(
                io.fabric8.kubernetes.api.model.discovery.v1beta1.EndpointSlice.class,
                sliceYaml("v1beta1", "web-x", "10.244.0.1"));
    }

    private static String sliceYaml(String version, String name, String address) {
        return """
            apiVersion: discovery.k8s.io/%s
            kind: EndpointSlice
            metadata: {name: %s, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: '', port: 8080}]
            endpoints: [{addresses: [%s]}]
            """.formatted(version, name, address);
    }

    private static Node node(String zone) {
        return KubeYaml.object(
                Node.class,
                "{apiVersion: v1, kind: Node, metadata: {name: node1, labels: {topology.kubernetes.io/zone: " + zone
                        + "}}}");
    }

    private static Node node(String name, String zone, String address) {
        return KubeYaml.object(Node.class, """
            apiVersion: v1
            kind: Node
            metadata: {name: %s, labels: {topology.kubernetes.io/zone: %s}}
            status: {addresses: [{type: InternalIP, address: %s}]}
            """.formatted(name, zone, address));
    }
}
