package dev.kubeproxy.control.node;

import static dev.kubeproxy.server.model.FrontendKind.EXTERNAL_IP;
import static dev.kubeproxy.server.model.FrontendKind.LOAD_BALANCER_IP;
import static dev.kubeproxy.server.model.FrontendKind.NODE_PORT;
import static dev.kubeproxy.server.model.TrafficPolicy.CLUSTER;
import static dev.kubeproxy.server.model.TrafficPolicy.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterElementsTest {

    private static final String CLUSTER_IP = "10.96.0.10:80/TCP";
    private static final String VIP = "203.0.113.7:80/TCP";

    @Test
    void aServiceThatEverybodyMayUseNeedsNothing() {
        FilteredService web = service().clusterIp(CLUSTER_IP, CLUSTER).external(LOAD_BALANCER_IP, VIP, CLUSTER);
        assertThat(of(web.withEndpointsHere())).isEmpty();
        assertThat(of(web.withEndpointsElsewhere())).isEmpty();
    }

    @Test
    @Rule("D1")
    void aPortWithoutAnyEndpointIsRefusedAndNotDropped() {
        assertThat(of(service()
                        .clusterIp(CLUSTER_IP, LOCAL)
                        .external(LOAD_BALANCER_IP, VIP, LOCAL)
                        .withoutEndpoints()))
                .isEmpty();
    }

    @Test
    @Rule({"D2", "D4"})
    void underAnInternalPolicyLocalTheClusterIpIsSilentWithoutEndpointsHere() {
        FilteredService web = service().clusterIp(CLUSTER_IP, LOCAL).external(LOAD_BALANCER_IP, VIP, CLUSTER);
        assertThat(of(web.withEndpointsElsewhere())).containsExactly("dropped4 10.96.0.10 . tcp . 80");
        assertThat(of(web.withEndpointsHere())).isEmpty();
    }

    @Test
    @Rule({"D2", "D4", "D5"})
    void underAnExternalPolicyLocalOtherAddressesAreSilentForTheOutside() {
        FilteredService web = service()
                .clusterIp(CLUSTER_IP, CLUSTER)
                .external(LOAD_BALANCER_IP, VIP, LOCAL)
                .external(EXTERNAL_IP, "[2001:db8::7]:80/TCP", LOCAL)
                .external(NODE_PORT, "0.0.0.0:30080/TCP", LOCAL)
                .external(NODE_PORT, "[::]:30080/TCP", LOCAL)
                .external(NODE_PORT, "192.168.1.5:30080/TCP", LOCAL);
        assertThat(of(web.withEndpointsElsewhere()))
                .containsExactly(
                        "outside-ports4 tcp . 30080",
                        "outside-ports6 tcp . 30080",
                        "outside4 192.168.1.5 . tcp . 30080",
                        "outside4 203.0.113.7 . tcp . 80",
                        "outside6 2001:db8::7 . tcp . 80");
        assertThat(of(web.withEndpointsHere())).isEmpty();
    }

    @Test
    @Rule("I2")
    void sourceRangesAreOfTheirFrontend() {
        assertThat(of(service()
                        .external(LOAD_BALANCER_IP, "203.0.113.7:53/UDP", CLUSTER, "192.0.2.0/24", "198.51.100.1/32")
                        .external(NODE_PORT, "0.0.0.0:30053/UDP", CLUSTER)
                        .withEndpointsHere()))
                .containsExactly(
                        "allowed4 203.0.113.7 . udp . 53 . 192.0.2.0/24",
                        "allowed4 203.0.113.7 . udp . 53 . 198.51.100.1/32",
                        "ranged4 203.0.113.7 . udp . 53");
    }

    @Test
    void rangesInsideOfOthersAreLeftOutAndTheWholeFamilyIsNoRange() {
        assertThat(of(service()
                        .external(LOAD_BALANCER_IP, VIP, CLUSTER, "10.1.2.0/24", "10.0.0.0/8", "10.0.0.0/8")
                        .withEndpointsHere()))
                .containsExactly("allowed4 203.0.113.7 . tcp . 80 . 10.0.0.0/8", "ranged4 203.0.113.7 . tcp . 80");
        assertThat(of(service()
                        .external(LOAD_BALANCER_IP, VIP, CLUSTER, "10.1.2.0/24", "0.0.0.0/0")
                        .withEndpointsHere()))
                .isEmpty();
    }

    @Test
    @Rule("D8")
    void whereTheTableGuardsAFrontendIsOpenWhileSomebodyWouldBeServed() {
        FilteredService web = service()
                .clusterIp(CLUSTER_IP, LOCAL)
                .external(LOAD_BALANCER_IP, VIP, LOCAL)
                .external(NODE_PORT, "0.0.0.0:30080/TCP", CLUSTER);
        assertThat(guarding(web.withEndpointsHere()))
                .containsExactly("open4 10.96.0.10 . tcp . 80", "open4 203.0.113.7 . tcp . 80");
        assertThat(guarding(web.withEndpointsElsewhere()))
                .containsExactly(
                        "dropped4 10.96.0.10 . tcp . 80",
                        "open4 203.0.113.7 . tcp . 80",
                        "outside4 203.0.113.7 . tcp . 80");
        assertThat(guarding(web.withoutEndpoints())).isEmpty();
    }

    private static FilteredService service() {
        return new FilteredService("web");
    }

    private static List<String> of(ServiceState service) {
        return texts(service, false);
    }

    private static List<String> guarding(ServiceState service) {
        return texts(service, true);
    }

    private static List<String> texts(ServiceState service, boolean guards) {
        return service.ports().stream()
                .flatMap(port -> port.frontends().entrySet().stream()
                        .flatMap(entry -> FilterElements.of(port, entry.getKey(), entry.getValue(), guards).stream()))
                .map(element -> element.set() + " " + element.key())
                .sorted()
                .toList();
    }
}
