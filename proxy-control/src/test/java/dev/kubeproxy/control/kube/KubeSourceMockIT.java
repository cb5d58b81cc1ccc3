package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.control.testing.RecordingSink;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.APIResourceListBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The source against fabric8's mock server, which has label selectors and watches by WebSocket. */
@EnableKubernetesMockClient(crud = true)
class KubeSourceMockIT {

    private static final ServiceName WEB = new ServiceName("shop", "web");

    @SuppressWarnings("NullAway.Init") // the extension's
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // the extension's
    private KubernetesMockServer server;

    private final RecordingSink sink = new RecordingSink();

    @SuppressWarnings("NullAway.Init") // each test's
    private KubeSource source;

    @BeforeEach
    void haveSlices() {
        server.expect()
                .get()
                .withPath("/apis/discovery.k8s.io/v1")
                .andReturn(
                        200,
                        new APIResourceListBuilder()
                                .addNewResource()
                                .withKind("EndpointSlice")
                                .endResource()
                                .build())
                .always();
    }

    @AfterEach
    void stop() {
        source.close();
    }

    @Test
    void aServiceComesChangesAndGoes() {
        client.resource(service("{}", "10.96.0.1")).create();
        start(null);
        assertThat(sink.changesBeforeSynced()).anyMatch(Change.ServiceSet.class::isInstance);
        awaitWatch();

        client.resource(service("{}", "10.96.0.2")).update();
        Await.until("the change", () -> sink.changes(Change.ServiceSet.class).size() == 1);
        client.resource(service("{}", "10.96.0.2")).delete();
        sink.await(new Change.ServiceGone(WEB));
    }

    @Test
    void whereTheServerIsIsKnownBeforeTheNodes() throws UnknownHostException {
        start(null);
        var server = new Change.ApiServerAt(
                List.of(InetAddress.getAllByName(client.getMasterUrl().getHost())));
        assertThat(sink.changesBeforeSynced()).containsSubsequence(server, new Change.NodesKnown(true));
    }

    @Test
    @Rule("A3")
    void aLabelTakesAServiceAwayAndGivesItBack() {
        client.resource(service("{}", "10.96.0.1")).create();
        start(null);
        awaitWatch();
        client.resource(service("{service.kubernetes.io/service-proxy-name: other}", "10.96.0.1"))
                .update();
        sink.await(new Change.ServiceGone(WEB));

        sink.forget();
        client.resource(service("{}", "10.96.0.1")).update();
        Await.until("it is back", () -> sink.changes(Change.ServiceSet.class).size() == 1);
    }

    @Test
    @Rule("A3")
    void aProxyWithANameSeesItsOwnServicesOnly() {
        client.resource(service("{service.kubernetes.io/service-proxy-name: ours}", "10.96.0.1"))
                .create();
        start("ours");

        assertThat(sink.changes(Change.ServiceSet.class)).hasSize(1);
    }

    @Test
    @Rule("A3")
    void aServiceOfAnotherProxyIsNeverSeen() {
        client.resource(service("{service.kubernetes.io/service-proxy-name: other}", "10.96.0.1"))
                .create();
        start(null);

        assertThat(sink.changes(Change.ServiceSet.class)).isEmpty();
    }

    @Test
    @Rule("A4")
    void theHeadlessLabelTakesAServiceAndItsSliceAway() {
        start(null);
        awaitWatch();
        client.resource(service("{}", "10.96.0.1")).create();
        client.resource(slice("{kubernetes.io/service-name: web}")).create();
        Await.until("the slice", () -> sink.changes(Change.SliceSet.class).size() == 1);

        client.resource(slice("{kubernetes.io/service-name: web, service.kubernetes.io/headless: ''}"))
                .update();
        sink.await(new Change.SliceGone(new ServiceName("shop", "web-x")));
        client.resource(service("{service.kubernetes.io/headless: ''}", "10.96.0.1"))
                .update();
        sink.await(new Change.ServiceGone(WEB));
    }

    @Test
    void aSliceOfAThousandEndpointsComesThroughAWatch() {
        start(null);
        String endpoints = IntStream.range(0, 1000)
                .mapToObj(i -> "{addresses: [10.244.%d.%d], nodeName: node-%d}".formatted(i / 250, i % 250 + 1, i))
                .collect(Collectors.joining(",\n"));
        client.resource(KubeYaml.object(EndpointSlice.class, """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-x, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: '', port: 8080}]
            endpoints: [%s]
            """.formatted(endpoints)))
                .create();

        Await.until("the slice", () -> !sink.changes(Change.SliceSet.class).isEmpty());
        assertThat(sink.changes(Change.SliceSet.class).getFirst().slice().endpoints())
                .hasSize(1000);
    }

    private void start(@Nullable String proxyName) {
        source = new KubeSource(client, "node1", sink, proxyName);
        source.start();
        sink.awaitSynced();
    }

    /** The mock tells a watch only what happens while it is open, so wait for one thing that does. */
    private void awaitWatch() {
        Service canary = service("{}", "10.96.0.250");
        canary.getMetadata().setName("canary");
        client.resource(canary).create();
        Await.until(
                "the watch is open",
                () -> sink.changes(Change.ServiceSet.class).stream()
                        .anyMatch(set -> set.service().name().name().equals("canary")));
        sink.forget();
    }

    private static EndpointSlice slice(String labels) {
        return KubeYaml.object(EndpointSlice.class, """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-x, namespace: shop, labels: %s}
            addressType: IPv4
            ports: [{name: '', port: 8080}]
            endpoints: [{addresses: [10.244.0.1]}]
            """.formatted(labels));
    }

    private static Service service(String labels, String clusterIp) {
        return KubeYaml.object(Service.class, """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop, labels: %s}
            spec: {clusterIP: %s, ports: [{port: 80}]}
            """.formatted(labels, clusterIp));
    }
}
