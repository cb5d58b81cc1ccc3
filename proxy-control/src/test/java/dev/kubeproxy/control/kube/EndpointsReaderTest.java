package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Endpoints;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EndpointsReaderTest {

    private static final ServiceName WEB = new ServiceName("default", "web");

    @Test
    @Rule("B8")
    void eachSubsetBecomesASlice() {
        Endpoints endpoints = KubeYaml.object(Endpoints.class, """
            metadata: {name: web}
            subsets:
            - addresses: [{ip: 10.0.0.1, nodeName: node1}]
              notReadyAddresses: [{ip: 10.0.0.2}]
              ports: [{port: 8080}]
            - addresses: [{ip: nowhere}]
              ports: [{name: dns, port: 53, protocol: UDP}]
            """);

        assertThat(new EndpointsReader().read(endpoints))
                .isEqualTo(Readings.read(
                        List.of(
                                new SliceSpec(
                                        new ServiceName("default", "web/subset-0"),
                                        WEB,
                                        List.of(new SliceSpec.Port("", Protocol.TCP, 8080)),
                                        List.of(
                                                endpoint("10.0.0.1", true, "node1"),
                                                endpoint("10.0.0.2", false, null))),
                                new SliceSpec(
                                        new ServiceName("default", "web/subset-1"),
                                        WEB,
                                        List.of(new SliceSpec.Port("dns", Protocol.UDP, 53)),
                                        List.of())),
                        "subsets[1].addresses[0].ip: \"nowhere\" is not an IP address; it is left out"));
    }

    @Test
    @Rule("A4")
    void headlessEndpointsArePassedOver() {
        assertThat(new EndpointsReader()
                        .read(KubeYaml.object(
                                Endpoints.class,
                                "metadata: {name: web, labels: {service.kubernetes.io/headless: ''}}")))
                .isEqualTo(new Reading.PassedOver<>("it has the label service.kubernetes.io/headless"));
    }

    private static SliceSpec.Endpoint endpoint(String address, boolean ready, @Nullable String nodeName) {
        return new SliceSpec.Endpoint(Addresses.parse(address), ready, ready, false, nodeName, Set.of(), Set.of());
    }
}
