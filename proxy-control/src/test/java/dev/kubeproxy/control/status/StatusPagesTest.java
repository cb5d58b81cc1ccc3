package dev.kubeproxy.control.status;

import static dev.kubeproxy.control.desired.Specs.name;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static dev.kubeproxy.control.desired.Specs.udp;
import static dev.kubeproxy.control.desired.Specs.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.control.desired.Specs;
import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.OpenConnection;
import dev.kubeproxy.server.observe.PortTraffic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StatusPagesTest {

    private static final ServicePortName WEB = new ServicePortName(name("web"), "", Protocol.TCP);

    private final StatusFixture fixture = new StatusFixture();

    @AfterEach
    void end() {
        fixture.close();
    }

    @Test
    void servicesAreRowsSortedByName() {
        fixture.apply(
                service("web", "10.96.0.10", tcp("", 80)),
                slice("web-1", "web", 8080, ready("10.244.0.1"), unready("10.244.0.2")),
                service("api", "10.96.0.11", tcp("", 443)));
        JsonNode rows = json("/status/services").get("rows");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).get(1).asString()).isEqualTo("api");
        assertThat(rows.get(1)).hasToString("[\"default\",\"web\",\"ClusterIP\",\"10.96.0.10\",\"\",\"80/TCP\",1,2,0]");
    }

    @Test
    void anEndpointOfSeveralPortsCountsOnce() {
        fixture.apply(
                service("dns", "10.96.0.53", tcp("tcp", 53), udp("udp", 53)),
                slice(
                        "dns-1",
                        "dns",
                        List.of(
                                new SliceSpec.Port("tcp", Protocol.TCP, 5353),
                                new SliceSpec.Port("udp", Protocol.UDP, 5300)),
                        ready("10.244.0.1"),
                        unready("10.244.0.2")));
        JsonNode row = json("/status/services").get("rows").get(0);
        assertThat(row.get(6).asInt()).isEqualTo(1);
        assertThat(row.get(7).asInt()).isEqualTo(2);
    }

    @Test
    void theListIsMadeAnewWhereSomethingChanged() {
        fixture.apply(service("web", "10.96.0.10", tcp("", 80)));
        String before = body("/status/services");
        assertThat(body("/status/services")).isSameAs(before);
        fixture.apply(service("api", "10.96.0.11", tcp("", 443)));
        assertThat(json("/status/services").get("rows")).hasSize(2);
        assertThat(json("/status/traffic").get("revision"))
                .isEqualTo(json("/status/services").get("revision"));
    }

    @Test
    void anotherRunOfTheProxyIsToldFromTheOneBefore() {
        fixture.apply(service("web", "10.96.0.10", tcp("", 80)));
        JsonNode before = json("/status/traffic");
        fixture.restart(service("api", "10.96.0.11", tcp("", 443)));
        JsonNode after = json("/status/traffic");
        assertThat(after.get("revision")).isEqualTo(before.get("revision"));
        assertThat(after.get("started")).isNotEqualTo(before.get("started"));
        assertThat(json("/status/services").get("started")).isEqualTo(after.get("started"));
    }

    @Test
    void trafficOfPortsIsSummedUpByService() {
        fixture.traffic("web", 3, 10, 1000);
        fixture.traffic.put(
                "other port of web",
                new PortTraffic(new ServicePortName(name("web"), "metrics", Protocol.TCP), 1, 2, 3, 4, 5));
        assertThat(json("/status/traffic").get("rows")).hasToString("[[\"default\",\"web\",4,12,1003,2004,5]]");
    }

    @Test
    void aServiceSaysWhyEachEndpointIsUsedOrNot() {
        fixture.apply(
                service("web", "10.96.0.10", tcp("", 80)),
                slice("web-1", "web", 8080, ready("10.244.0.1"), unready("10.244.0.2")));
        JsonNode port = json("/status/services/default/web").get("ports").get(0);
        assertThat(port.get("clients").get(0).get("outcome").asString()).isEqualTo("go to the one endpoint");
        JsonNode used = port.get("endpoints").get(0).get("verdicts").get("Cluster");
        assertThat(used).hasToString("{\"used\":true,\"share\":1.0,\"why\":\"it is ready\"}");
        JsonNode unused = port.get("endpoints").get(1);
        assertThat(unused.get("state").asString()).isEqualTo("not ready");
        assertThat(unused.get("verdicts").get("Cluster"))
                .hasToString("{\"used\":false,\"share\":0.0,\"why\":\"it is not ready\"}");
    }

    @Test
    void whatIsNotThereHasNoPage() {
        assertThat(fixture.pages.at("/status/services/default/web")).isEmpty();
        assertThat(fixture.pages.at("/status/services/default")).isEmpty();
        assertThat(fixture.pages.at("/status/../build.properties")).isEmpty();
        assertThat(fixture.pages.at("/status/none.js")).isEmpty();
    }

    @Test
    void listenersThatFailAreNamedWithTheirReason() {
        fixture.listeners.add(
                new ListenerStatus(Specs.frontend("10.96.0.10:80/TCP"), WEB, new ListenerStatus.State.Bound()));
        fixture.listeners.add(new ListenerStatus(
                Specs.frontend("127.0.0.1:30080/TCP"),
                WEB,
                new ListenerStatus.State.Failed("Address already in use", 3)));
        JsonNode listeners = json("/status/listeners");
        assertThat(listeners.get("listening").asInt()).isEqualTo(1);
        assertThat(listeners.get("failures")).hasSize(1);
        assertThat(listeners.get("failures").get(0).get("why").asString()).startsWith("Address already in use");
    }

    @Test
    void eventsAndConnectionsAreListed() {
        fixture.events.tell(Event.starting());
        fixture.connections.add(connection(Duration.ofSeconds(3)));
        assertThat(json("/status/events").get("events").get(0).get("reason").asString())
                .isEqualTo("Starting");
        fixture.connectionsLeftOut = 7;
        assertThat(json("/status/connections").get("leftOut").asInt()).isEqualTo(7);
        assertThat(json("/status/connections").get("rows"))
                .hasToString(
                        "[[\"default\",\"web\",\"\",\"10.0.0.9:40000\",\"10.96.0.10:80\",\"10.244.0.1:8080\",3000]]");
    }

    @Test
    void ofManyConnectionsTheOldestAreListedAndTheOthersCounted() {
        for (int seconds = 1; seconds <= 1200; seconds++) {
            fixture.connections.add(connection(Duration.ofSeconds(seconds)));
        }
        JsonNode open = json("/status/connections");
        assertThat(open.get("leftOut").asInt()).isEqualTo(200);
        assertThat(open.get("rows")).hasSize(1000);
        assertThat(open.get("rows").get(0).get(6).asLong()).isEqualTo(1_200_000);
        assertThat(open.get("rows").get(999).get(6).asLong()).isEqualTo(201_000);
    }

    @Test
    void tenThousandServicesFitIntoAMegabyteAndTheirTrafficIntoLess() {
        fixture.applyMany(10_000);
        for (int i = 0; i < 10_000; i++) {
            fixture.traffic("service-%05d".formatted(i), i, 1000L * i, 1_000_000L * i);
        }
        assertThat(body("/status/services")).hasSizeLessThan(1_000_000);
        assertThat(body("/status/traffic")).hasSizeLessThan(750_000);
    }

    private static OpenConnection connection(Duration age) {
        return new OpenConnection(
                WEB,
                Specs.backend("10.0.0.9:40000").address(),
                Specs.backend("10.96.0.10:80").address(),
                Specs.backend("10.244.0.1:8080"),
                age);
    }

    private JsonNode json(String path) {
        return new JsonMapper().readTree(body(path));
    }

    private String body(String path) {
        return fixture.pages.at(path).orElseThrow().body();
    }
}
