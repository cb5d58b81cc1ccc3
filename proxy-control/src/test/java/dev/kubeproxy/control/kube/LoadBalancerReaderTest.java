package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Service;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadBalancerReaderTest {

    private static final String INGRESS = "{ip: 192.0.2.1}, {ip: 'fd01::1'}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {ip: 192.0.2.1}                             | 192.0.2.1
        {ip: 192.0.2.1, ipMode: VIP}                | 192.0.2.1
        {ip: 192.0.2.1, ipMode: Proxy}              |
        {hostname: lb.example}                      |
        {ip: '', hostname: lb.example}              |
        {ip: 192.0.2.1}, {ip: 'fd01::1'}            | 192.0.2.1 fd01::1
        {ip: 192.0.2.1}, {ip: 192.0.2.1}            | 192.0.2.1
        """)
    @Rule("I1")
    void addressesOfWhichTheNodeGetsTheTrafficAreCaptured(String ingress, @Nullable String captured) {
        Reading.Read<ServiceSpec> read = read("", ingress);

        assertThat(Readings.problems(read)).isEmpty();
        assertThat(read.value().loadBalancerIps()).isEqualTo(addresses(captured));
    }

    @Test
    @Rule("I1")
    void aModeThatIsUnknownIsToldAndTheAddressNotServed() {
        Reading.Read<ServiceSpec> read = read("", "{ip: 192.0.2.1, ipMode: Vip}, {ip: 192.0.2.2}");

        assertThat(Readings.problems(read))
                .containsExactly(
                        "status.loadBalancer.ingress[0].ipMode: \"Vip\" is neither VIP nor Proxy; the address is not served");
        assertThat(read.value().loadBalancerIps()).containsExactly(Addresses.parse("192.0.2.2"));
    }

    @Test
    void otherTypesHaveNoLoadBalancer() {
        assertThat(read("type: NodePort, loadBalancerSourceRanges: [10.0.0.0/8],", INGRESS)
                        .value()
                        .loadBalancer())
                .isEqualTo(ServiceSpec.LoadBalancer.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        []                                          |                        |
        [192.168.0.0/24, ' 203.0.113.0/25']         | 192.168.0.0/24 203.0.113.0/25 |
        [192.168.0.0/24, 'fd00::/8 ']               | 192.168.0.0/24         | fd00::/8
        ['fd00::/8']                                |                        | fd00::/8
        [192.168.0.7/24]                            | 192.168.0.0/24         |
        """)
    @Rule("I2")
    void sourceRangesAreOfTheirFamily(String written, @Nullable String ipv4, @Nullable String ipv6) {
        Reading.Read<ServiceSpec> read = read("loadBalancerSourceRanges: " + written + ",", INGRESS);

        assertThat(Readings.problems(read)).isEmpty();
        ServiceSpec.LoadBalancer loadBalancer = read.value().loadBalancer();
        assertThat(loadBalancer.sourceRanges(IpFamily.IPV4)).isEqualTo(ranges(ipv4));
        assertThat(loadBalancer.sourceRanges(IpFamily.IPV6)).isEqualTo(ranges(ipv6));
        assertThat(loadBalancer.ips()).hasSize(2);
    }

    @Test
    @Rule("I2")
    void aRangeThatMakesNoSenseIsToldAndTheOthersHold() {
        Reading.Read<ServiceSpec> read =
                read("loadBalancerSourceRanges: [10.0.0.0/33, 10.0.0.0/8, 'fd00::/8'],", INGRESS);

        assertThat(Readings.problems(read))
                .containsExactly("spec.loadBalancerSourceRanges[0]: \"10.0.0.0/33\" is not a CIDR: the prefix length"
                        + " \"33\" is not in 0-32; it is left out");
        assertThat(read.value().loadBalancer().sourceRanges()).isEqualTo(ranges("10.0.0.0/8 fd00::/8"));
        assertThat(read.value().loadBalancerIps()).hasSize(2);
    }

    @Test
    @Rule("I2")
    void anAddressWhoseRangesMakeNoSenseIsOpenToNobody() {
        Reading.Read<ServiceSpec> read = read("loadBalancerSourceRanges: [10.0.0.0, 'fd00::/8'],", INGRESS);

        assertThat(Readings.problems(read))
                .containsExactly(
                        "spec.loadBalancerSourceRanges[0]: \"10.0.0.0\" is not a CIDR: a prefix length is missing, as in"
                                + " 10.96.0.0/12; it is left out",
                        "spec.loadBalancerSourceRanges: no IPv4 range is left, so the load balancer's address 192.0.2.1"
                                + " is not served");
        assertThat(read.value().loadBalancerIps()).isEqualTo(addresses("fd01::1"));
        assertThat(read.value().clusterIps()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        type: LoadBalancer, externalTrafficPolicy: Local   | 345   | 345 |
        type: LoadBalancer, externalTrafficPolicy: Local   | 0     | 0   |
        type: LoadBalancer, externalTrafficPolicy: Local   | 70000 | 0   | 70000 is not in 1-65535; no health check is served
        type: LoadBalancer, externalTrafficPolicy: Cluster | 345   | 0   | 345 is not used: it is for type LoadBalancer with externalTrafficPolicy Local only
        type: NodePort, externalTrafficPolicy: Local       | 345   | 0   | 345 is not used: it is for type LoadBalancer with externalTrafficPolicy Local only
        """)
    @Rule("K6")
    void onlyLoadBalancersWithPolicyLocalAskForHealthChecks(
            String fields, int written, int read, @Nullable String problem) {
        Reading.Read<ServiceSpec> reading = read(fields + ", healthCheckNodePort: " + written + ",", INGRESS);

        assertThat(Readings.problems(reading))
                .isEqualTo(problem == null ? List.of() : List.of("spec.healthCheckNodePort: " + problem));
        assertThat(reading.value().loadBalancer().healthCheckNodePort()).isEqualTo(read);
    }

    /** A dual-stack Service, of type LoadBalancer unless {@code fields} say another. */
    private static Reading.Read<ServiceSpec> read(String fields, String ingress) {
        String type = fields.contains("type:") ? "" : "type: LoadBalancer,";
        return Readings.read(
                new ServiceReader().read(KubeYaml.object(Service.class, """
            metadata: {name: web}
            spec: {%s %s clusterIPs: [10.96.0.1, 'fd00::a'], ports: [{port: 80}]}
            status: {loadBalancer: {ingress: [%s]}}
            """.formatted(type, fields, ingress))));
    }

    private static List<InetAddress> addresses(@Nullable String texts) {
        return words(texts).stream().map(Addresses::parse).toList();
    }

    private static List<Cidr> ranges(@Nullable String texts) {
        return words(texts).stream().map(Cidr::parse).toList();
    }

    private static List<String> words(@Nullable String texts) {
        return texts == null ? List.of() : Arrays.asList(texts.split(" ", -1));
    }
}
