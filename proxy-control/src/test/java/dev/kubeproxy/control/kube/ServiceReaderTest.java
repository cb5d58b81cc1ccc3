package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceReaderTest {

    @Test
    @Rule({"A5", "J1"})
    void aFullServiceIsReadWhole() {
        Service service = KubeYaml.object(Service.class, """
            metadata: {name: web, namespace: shop, creationTimestamp: '2026-01-02T03:04:05Z'}
            spec:
              type: LoadBalancer
              clusterIP: 10.96.0.10
              clusterIPs: [10.96.0.10, 'fd00::a']
              externalIPs: [203.0.113.7]
              ports:
              - {name: http, port: 80, nodePort: 30080, appProtocol: http}
              - {name: dns, port: 80, protocol: UDP}
              internalTrafficPolicy: Cluster
              externalTrafficPolicy: Local
              healthCheckNodePort: 32000
              loadBalancerSourceRanges: [192.0.2.0/24, ' fd00::/8 ']
              sessionAffinity: ClientIP
              sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}
            status: {loadBalancer: {ingress: [{ip: 'fd01::1', ipMode: VIP}, {hostname: lb.example}]}}
            """);

        assertThat(new ServiceReader().read(service))
                .isEqualTo(Readings.read(new ServiceSpec(
                        new ServiceName("shop", "web"),
                        Instant.parse("2026-01-02T03:04:05Z"),
                        List.of(Addresses.parse("10.96.0.10"), Addresses.parse("fd00::a")),
                        List.of(Addresses.parse("203.0.113.7")),
                        new ServiceSpec.LoadBalancer(
                                true,
                                List.of(Addresses.parse("fd01::1")),
                                List.of(Cidr.parse("192.0.2.0/24"), Cidr.parse("fd00::/8")),
                                32000),
                        List.of(
                                new ServiceSpec.Port("http", Protocol.TCP, 80, 30080),
                                new ServiceSpec.Port("dns", Protocol.UDP, 80, 0)),
                        new Affinity.ClientIp(Duration.ofMinutes(1)),
                        new ServiceSpec.Policies(TrafficPolicy.CLUSTER, TrafficPolicy.LOCAL),
                        ServiceSpec.Extras.NONE)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {}                                                   | {clusterIP: None, ports: [{port: 80}]}                                | it has no cluster IP
        {}                                                   | {clusterIP: '', ports: [{port: 80}]}                                  | it has no cluster IP
        {}                                                   | {clusterIP: None, clusterIPs: [None]}                                 | it has no cluster IP
        {}                                                   | {}                                                                    | it has no cluster IP
        {}                                                   | {type: ExternalName, clusterIP: 10.96.0.1, ports: [{port: 80}]}       | it is of type ExternalName
        {service.kubernetes.io/headless: ''}                 | {clusterIP: 10.96.0.1, ports: [{port: 80}]}                           | it has the label service.kubernetes.io/headless
        {service.kubernetes.io/service-proxy-name: cilium}   | {clusterIP: 10.96.0.1, ports: [{port: 80}]}                           | it is for the service proxy cilium
        """)
    @Rule({"A1", "A2", "A3", "A4"})
    void servicesOfOthersArePassedOver(String labels, String spec, String reason) {
        assertThat(new ServiceReader().read(service(labels, spec))).isEqualTo(new Reading.PassedOver<>(reason));
    }

    @Test
    @Rule("A3")
    void aProxyWithANameServesItsOwnServicesOnly() {
        ServiceReader ours = new ServiceReader("ours");
        String spec = "{clusterIP: 10.96.0.1, ports: [{port: 80}]}";

        assertThat(ours.read(service("{service.kubernetes.io/service-proxy-name: ours}", spec)))
                .isInstanceOf(Reading.Read.class);
        assertThat(ours.read(service("{}", spec))).isEqualTo(new Reading.PassedOver<>("it names no service proxy"));
        assertThat(ours.read(service("{service.kubernetes.io/service-proxy-name: theirs}", spec)))
                .isEqualTo(new Reading.PassedOver<>("it is for the service proxy theirs"));
    }

    @Test
    void addressesOfClassEAreHostsLikeOthers() {
        Reading.Read<ServiceSpec> read =
                Readings.read(read("{clusterIP: 10.96.0.1, externalIPs: [240.1.2.3], ports: [{port: 80}]}"));
        assertThat(Readings.problems(read)).isEmpty();
        assertThat(read.value().externalIps()).containsExactly(Addresses.parse("240.1.2.3"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        clusterIPs: [10.96.0.1, 10.96.0.2]         | spec.clusterIPs[1]: 10.96.0.2 is a second IPv4 address; only the first is served
        clusterIPs: [10.96.0.1, 10.96]             | spec.clusterIPs[1]: "10.96" is not an IP address; it is left out
        type: Loadbalancer                         | spec.type: "Loadbalancer" is not one of ClusterIP, NodePort, LoadBalancer, ExternalName; read as ClusterIP
        internalTrafficPolicy: Node                | spec.internalTrafficPolicy: "Node" is neither Cluster nor Local; read as Cluster
        externalTrafficPolicy: local               | spec.externalTrafficPolicy: "local" is neither Cluster nor Local; read as Cluster
        sessionAffinity: Cookie                    | spec.sessionAffinity: "Cookie" is neither None nor ClientIP; read as None
        externalIPs: [1.2.3.4.5]                   | spec.externalIPs[0]: "1.2.3.4.5" is not an IP address; it is left out
        externalIPs: [0.0.0.0]                     | spec.externalIPs[0]: 0.0.0.0 is not the address of one host; it is left out
        externalIPs: [224.0.0.1]                   | spec.externalIPs[0]: 224.0.0.1 is not the address of one host; it is left out
        externalIPs: [255.255.255.255]             | spec.externalIPs[0]: 255.255.255.255 is of no host (0.0.0.0/8 or 255.255.255.255); it is left out
        externalIPs: [0.1.2.3]                     | spec.externalIPs[0]: 0.1.2.3 is of no host (0.0.0.0/8 or 255.255.255.255); it is left out
        externalIPs: [169.254.169.254]             | spec.externalIPs[0]: 169.254.169.254 is left out: it is a link-local address
        externalIPs: ['fe80::1']                     | spec.externalIPs[0]: fe80::1 is link-local, which says nothing without an interface; it is left out
        externalIPs: ['']                          | spec.externalIPs[0]: is empty; write an IP address
        externalIPs: ['fd00::1']                   | spec.externalIPs[0]: fd00::1 is left out: the Service has no IPv6 cluster IP
        """)
    @Rule("J1")
    void aFieldThatMakesNoSenseIsToldAndTheRestGoesOn(String field, String problem) {
        Reading.Read<ServiceSpec> read =
                Readings.read(read("{clusterIP: 10.96.0.1, " + field + ", ports: [{port: 80}]}"));

        assertThat(Readings.problems(read)).containsExactly(problem);
        assertThat(read.value().ports()).containsExactly(new ServiceSpec.Port("", Protocol.TCP, 80, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {name: x, port: 81, protocol: SCTP}       | spec.ports[1].protocol: SCTP is not supported in userspace mode; this port is not served
        {name: x, port: 81, protocol: tcp}        | spec.ports[1].protocol: "tcp" is an unknown protocol, there are TCP and UDP; this port is left out
        {name: x, port: 70000}                    | spec.ports[1].port: 70000 is not in 1-65535; this port is left out
        {name: x, port: 0}                        | spec.ports[1].port: 0 is not in 1-65535; this port is left out
        {name: x}                                 | spec.ports[1].port: is missing; write the port's number
        {port: 81}                                | spec.ports[1].name: is missing, and the Service has several ports; this one is left out
        {name: a, port: 81}                       | spec.ports[1].name: "a" is another port's name too; this port is left out
        {name: x, port: 80}                       | spec.ports[1].port: 80/TCP is another port too; this one is left out
        """)
    @Rule("A6")
    void aPortThatMakesNoSenseIsToldAndTheOthersGoOn(String port, String problem) {
        assertThat(read("{clusterIP: 10.96.0.1, ports: [{name: a, port: 80}, " + port + "]}"))
                .isEqualTo(Readings.read(spec(Affinity.NONE, new ServiceSpec.Port("a", Protocol.TCP, 80, 0)), problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ClusterIP | 30080 | spec.ports[1].nodePort: 30080 is not used: spec.type is ClusterIP; make it NodePort, or drop this field
        NodePort  | 70000 | spec.ports[1].nodePort: 70000 is not in 1-65535; the port is served without a node port
        NodePort  | -1    | spec.ports[1].nodePort: -1 is not in 1-65535; the port is served without a node port
        NodePort  | 30001 | spec.ports[1].nodePort: 30001/TCP is another port's too; this one has no node port
        """)
    void aNodePortThatMakesNoSenseLeavesThePort(String type, int nodePort, String problem) {
        String first = type.equals("NodePort") ? "{name: a, port: 80, nodePort: 30001}" : "{name: a, port: 80}";

        assertThat(read("{type: %s, clusterIP: 10.96.0.1, ports: [%s, {name: b, port: 81, nodePort: %d}]}"
                        .formatted(type, first, nodePort)))
                .isEqualTo(Readings.read(
                        spec(
                                Affinity.NONE,
                                new ServiceSpec.Port("a", Protocol.TCP, 80, type.equals("NodePort") ? 30001 : 0),
                                new ServiceSpec.Port("b", Protocol.TCP, 81, 0)),
                        problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {clusterIP: 10.96.0.300, ports: [{port: 80}]}               | spec.clusterIP: "10.96.0.300" is not an IP address; it is left out
        {clusterIP: 10.96.0.1}                                      | spec.ports: is empty; a Service with a cluster IP needs a port
        {clusterIP: 10.96.0.1, ports: [{port: 80, protocol: SCTP}]} | spec.ports[0].protocol: SCTP is not supported in userspace mode; this port is not served
        """)
    void aServiceOfWhichNothingIsLeftIsRefused(String spec, String problem) {
        assertThat(read(spec)).isEqualTo(Readings.refused(problem));
    }

    @Test
    void aServiceWithoutNameOrSpecIsRefused() {
        assertThat(new ServiceReader().read(KubeYaml.object(Service.class, "{spec: {clusterIP: 10.96.0.1}}")))
                .isEqualTo(Readings.refused("metadata.name: is missing; give the object a name"));
        assertThat(new ServiceReader().read(KubeYaml.object(Service.class, "{metadata: {name: web}}")))
                .isEqualTo(Readings.refused("spec: is missing; a Service needs one with clusterIP and ports"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        sessionAffinity: ClientIP                                                                    | 10800
        sessionAffinity: ClientIP, sessionAffinityConfig: {}                                         | 10800
        sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}            | 10800
        sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86400}}        | 86400
        """)
    @Rule("E2")
    void clientIpAffinityLastsThreeHoursUnlessToldOtherwise(String affinity, int seconds) {
        assertThat(read("{clusterIP: 10.96.0.1, ports: [{port: 80}], " + affinity + "}"))
                .isEqualTo(Readings.read(spec(
                        new Affinity.ClientIp(Duration.ofSeconds(seconds)),
                        new ServiceSpec.Port("", Protocol.TCP, 80, 0))));
    }

    @ParameterizedTest
    @CsvSource({"-1", "86401"})
    @Rule("E2")
    void anAffinityTimeoutOutOfRangeIsToldAndTheDefaultUsed(int seconds) {
        assertThat(read("{clusterIP: 10.96.0.1, ports: [{port: 80}], sessionAffinity: ClientIP,"
                        + " sessionAffinityConfig: {clientIP: {timeoutSeconds: " + seconds + "}}}"))
                .isEqualTo(Readings.read(
                        spec(new Affinity.ClientIp(Duration.ofHours(3)), new ServiceSpec.Port("", Protocol.TCP, 80, 0)),
                        "spec.sessionAffinityConfig.clientIP.timeoutSeconds: " + seconds
                                + " is not in 1-86400; 10800 is used"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        type: ClusterIP                                                     | CLUSTER | CLUSTER
        internalTrafficPolicy: Local                                        | LOCAL   | CLUSTER
        type: NodePort, externalTrafficPolicy: Local                        | CLUSTER | LOCAL
        type: NodePort, internalTrafficPolicy: '', externalTrafficPolicy: ''| CLUSTER | CLUSTER
        """)
    @Rule("C4")
    void trafficGoesAnywhereUnlessAPolicySaysLocal(String fields, TrafficPolicy internal, TrafficPolicy external) {
        Reading.Read<ServiceSpec> read =
                Readings.read(read("{clusterIP: 10.96.0.1, ports: [{port: 80}], " + fields + "}"));

        assertThat(Readings.problems(read)).isEmpty();
        assertThat(read.value().policies()).isEqualTo(new ServiceSpec.Policies(internal, external));
    }

    @Test
    @Rule("I5")
    void aLoadBalancerWithoutNodePortsIsServedWithoutThem() {
        assertThat(Readings.read(read("{type: LoadBalancer, allocateLoadBalancerNodePorts: false,"
                                + " clusterIP: 10.96.0.1, ports: [{port: 80}]}"))
                        .value()
                        .ports())
                .containsExactly(new ServiceSpec.Port("", Protocol.TCP, 80, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publishNotReadyAddresses: true",
                "trafficDistribution: PreferSameZone",
                "topologyKeys: [kubernetes.io/hostname]",
                "loadBalancerClass: example.com/lb",
                "ports: [{port: 80, appProtocol: kubernetes.io/h2c}]",
            })
    @Rule({"A7", "C10", "I5"})
    void whatOthersActOnMeansNothingHere(String field) {
        String ports = field.startsWith("ports") ? "" : ", ports: [{port: 80}]";

        assertThat(read("{clusterIP: 10.96.0.1, " + field + ports + "}"))
                .isEqualTo(read("{clusterIP: 10.96.0.1, ports: [{port: 80}]}"));
    }

    @Test
    @Rule("C10")
    void theTopologyModeIsTheSliceControllersBusiness() {
        Service service = service("{}", "{clusterIP: 10.96.0.1, ports: [{port: 80}]}");
        Reading<ServiceSpec> plain = new ServiceReader().read(service);
        service.getMetadata().setAnnotations(Map.of("service.kubernetes.io/topology-mode", "Auto"));

        assertThat(new ServiceReader().read(service)).isEqualTo(plain);
    }

    private static Reading<ServiceSpec> read(String spec) {
        return new ServiceReader().read(service("{}", spec));
    }

    private static Service service(String labels, String spec) {
        return KubeYaml.object(Service.class, "{metadata: {name: web, labels: " + labels + "}, spec: " + spec + "}");
    }

    private static ServiceSpec spec(Affinity affinity, ServiceSpec.Port... ports) {
        return new ServiceSpec(
                new ServiceName("default", "web"),
                Instant.EPOCH,
                List.of(Addresses.parse("10.96.0.1")),
                List.of(),
                ServiceSpec.LoadBalancer.NONE,
                List.of(ports),
                affinity,
                ServiceSpec.Policies.CLUSTER,
                ServiceSpec.Extras.NONE);
    }
}
