package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.events.Event.Subject;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectFaultsTest {

    private static final Subject WEB = new Subject.OfService(new ServiceName("shop", "web"));

    @Test
    @Rule("A6")
    void portsOfSctpAreToldTogether() {
        assertThat(
                        service(
                                "clusterIP: 10.96.0.1, ports: [{port: 80}, {port: 90, protocol: SCTP}, {port: 91, protocol: SCTP}]"))
                .containsExactly(Event.warning(
                        WEB,
                        "UnsupportedProtocol",
                        "SyncService",
                        "SCTP is not supported in userspace mode; not served: 90/SCTP, 91/SCTP"));
    }

    @Test
    @Rule("B6")
    void anAddressOfAFamilyThatTheServiceDoesNotHaveIsTold() {
        assertThat(service("clusterIP: 10.96.0.1, externalIPs: [192.0.2.1, 'fd00::1', 'fd00::2']"))
                .containsExactly(wrongFamily(WEB, "fd00::1,fd00::2 in externalIPs has incorrect IP version"));
        assertThat(service("clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, 'fd01::1'], externalIPs: ['fd00::1']"))
                .isEmpty();
        assertThat(ObjectFaults.of(KubeYaml.object(Service.class, """
            metadata: {name: web, namespace: shop}
            spec: {clusterIP: 'fd01::1'}
            status: {loadBalancer: {ingress: [{ip: 203.0.113.1}, {hostname: a.example}]}}
            """)))
                .containsExactly(wrongFamily(WEB, "203.0.113.1 in loadBalancer.ingress has incorrect IP version"));
    }

    @Test
    @Rule({"A1", "A2"})
    void aServiceThatIsPassedOverHasNoFaults() {
        assertThat(service("clusterIP: None, ports: [{port: 90, protocol: SCTP}]"))
                .isEmpty();
        assertThat(service("type: ExternalName, ports: [{port: 90, protocol: SCTP}]"))
                .isEmpty();
    }

    @Test
    @Rule("B6")
    void anEndpointOfAnotherFamilyThanItsSliceIsTold() {
        assertThat(slice("IPv4", "10.0.0.1", "fd00::1"))
                .containsExactly(wrongFamily(
                        new Subject.OfSlice(new ServiceName("shop", "web-x")),
                        "fd00::1 in endpoints has incorrect IP version"));
        assertThat(slice("IPv6", "fd00::1")).isEmpty();
        assertThat(slice("FQDN", "a.example")).isEmpty();
    }

    private static Event wrongFamily(Subject subject, String note) {
        return Event.warning(subject, "KubeProxyIncorrectIPVersion", "GatherEndpoints", note);
    }

    private static List<Event> service(String spec) {
        return ObjectFaults.of(
                KubeYaml.object(Service.class, "metadata: {name: web, namespace: shop}\nspec: {" + spec + "}\n"));
    }

    private static List<Event> slice(String type, String... addresses) {
        StringBuilder yaml =
                new StringBuilder("metadata: {name: web-x, namespace: shop}\naddressType: " + type + "\nendpoints:\n");
        for (String address : addresses) {
            yaml.append("- {addresses: ['").append(address).append("']}\n");
        }
        return ObjectFaults.of(KubeYaml.object(EndpointSlice.class, yaml.toString()));
    }
}
