package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointSliceReaderTest {

    private static final String METADATA =
            "metadata: {name: web-x, namespace: shop, labels: {kubernetes.io/service-name: web}}\n";

    private final EndpointSliceReader reader = new EndpointSliceReader();

    @Test
    @Rule({"B1", "B3"})
    void aFullSliceIsReadWhole() {
        EndpointSlice slice = KubeYaml.object(EndpointSlice.class, METADATA + """
            addressType: IPv4
            ports: [{name: http, port: 8080, protocol: TCP}, {name: dns, port: 53, protocol: UDP}]
            endpoints:
            - addresses: [10.244.1.10, 10.244.1.99]
              conditions: {ready: false, serving: true, terminating: true}
              nodeName: node1
              hints: {forZones: [{name: a}, {name: b}], forNodes: [{name: node1}]}
            """);

        assertThat(reader.read(slice))
                .isEqualTo(Readings.read(new SliceSpec(
                        new ServiceName("shop", "web-x"),
                        new ServiceName("shop", "web"),
                        List.of(
                                new SliceSpec.Port("http", Protocol.TCP, 8080),
                                new SliceSpec.Port("dns", Protocol.UDP, 53)),
                        List.of(new SliceSpec.Endpoint(
                                Addresses.parse("10.244.1.10"),
                                false,
                                true,
                                true,
                                "node1",
                                Set.of("a", "b"),
                                Set.of("node1"))))));
    }

    @Test
    @Rule("B7")
    void theBetaVersionNamesTheNodeInItsTopology() {
        var slice =
                KubeYaml.object(io.fabric8.kubernetes.api.model.discovery.v1beta1.EndpointSlice.class, METADATA + """
                    addressType: IPv6
                    ports: [{name: '', port: 8080}]
                    endpoints:
                    - {addresses: ['fd00::1'], topology: {kubernetes.io/hostname: node1}}
                    - {addresses: ['fd00::2'], nodeName: node2, topology: {kubernetes.io/hostname: node1}}
                    - {addresses: ['fd00::3'], hints: {forZones: [{name: a}]}}
                    """);

        Reading.Read<SliceSpec> read = Readings.read(reader.read(slice));

        assertThat(Readings.problems(read)).isEmpty();
        assertThat(read.value().endpoints())
                .extracting(SliceSpec.Endpoint::nodeName)
                .containsExactly("node1", "node2", null);
        assertThat(read.value().endpoints().getLast().forZones()).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({
        "{},                                           true,  true,  false",
        "'{ready: true}',                              true,  true,  false",
        "'{ready: false}',                             false, false, false",
        "'{ready: false, terminating: true}',          false, false, true",
        "'{ready: false, serving: true}',              false, true,  false",
        "'{serving: false}',                           true,  false, false",
    })
    @Rule("B4")
    void conditionsThatAreNotWrittenHaveDefaults(
            String conditions, boolean ready, boolean serving, boolean terminating) {
        String endpoints = "endpoints: [{addresses: [10.0.0.1], conditions: " + conditions + "}]";

        assertThat(read(endpoints).value().endpoints())
                .containsExactly(new SliceSpec.Endpoint(
                        Addresses.parse("10.0.0.1"), ready, serving, terminating, null, Set.of(), Set.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {kubernetes.io/service-name: web}                                         | FQDN | its addresses are names (FQDN)
        {kubernetes.io/service-name: web, service.kubernetes.io/headless: 'true'} | IPv4 | it has the label service.kubernetes.io/headless
        """)
    @Rule({"A4", "B6"})
    void slicesOfOthersArePassedOver(String labels, String addressType, String reason) {
        assertThat(reader.read(slice(labels, addressType))).isEqualTo(new Reading.PassedOver<>(reason));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {}                                | IPv4 | metadata.labels: has no kubernetes.io/service-name; it names the Service the slice is for
        {kubernetes.io/service-name: ''}  | IPv4 | metadata.labels: has no kubernetes.io/service-name; it names the Service the slice is for
        {kubernetes.io/service-name: web} | IPv5 | addressType: "IPv5" is not one of IPv4, IPv6, FQDN; the slice is left out
        {kubernetes.io/service-name: web} | null | addressType: is missing; write IPv4 or IPv6
        """)
    @Rule("B1")
    void slicesThatSayTooLittleAreRefused(String labels, String addressType, String problem) {
        assertThat(reader.read(slice(labels, addressType))).isEqualTo(Readings.refused(problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        endpoints: [{addresses: [10.0.0.1]}, {addresses: [web.example]}] | endpoints[1].addresses[0]: "web.example" is not an IP address; it is left out
        endpoints: [{addresses: [10.0.0.1]}, {addresses: ['fd00::1']}]   | endpoints[1].addresses[0]: fd00::1 is no IPv4 address, as addressType says; it is left out
        endpoints: [{addresses: [10.0.0.1]}, {addresses: []}]            | endpoints[1].addresses[0]: is empty; write an IP address
        endpoints: [{addresses: [10.0.0.1]}, {addresses: [0.0.0.0]}]     | endpoints[1].addresses[0]: 0.0.0.0 is not the address of one host; it is left out
        """)
    @Rule({"B3", "B6"})
    void anAddressThatMakesNoSenseIsToldAndTheOthersGoOn(String endpoints, String problem) {
        Reading.Read<SliceSpec> read = read(endpoints);

        assertThat(Readings.problems(read)).containsExactly(problem);
        assertThat(read.value().endpoints())
                .extracting(SliceSpec.Endpoint::address)
                .containsExactly(Addresses.parse("10.0.0.1"));
    }

    @Test
    @Rule("B6")
    void anAddressOfTheOtherFamilyIsToldApart() {
        assertThat(read("endpoints: [{addresses: ['fd00::1']}, {addresses: [nowhere]}]")
                        .problems())
                .extracting(FieldProblem::kind)
                .containsExactly(FieldProblem.Kind.WRONG_FAMILY, FieldProblem.Kind.OTHER);
    }

    @Test
    void aPassedOverSliceOfNamesSaysOne() {
        EndpointSlice slice = KubeYaml.object(
                EndpointSlice.class, METADATA + "addressType: FQDN\nendpoints: [{addresses: [web.example]}]");
        assertThat(reader.read(slice))
                .isEqualTo(new Reading.PassedOver<>("its addresses are names (FQDN), the first is web.example"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {name: x}                               | ''
        {name: x, port: 0}                      | ''
        {name: x, port: 99, protocol: SCTP}     | ''
        {name: x, port: 65536}                  | ports[1].port: 65536 is not in 1-65535; this port is left out
        {name: '', port: 99}                    | ports[1].name: "" is another port's name too; this port is left out
        {name: x, port: 99, protocol: QUIC}     | ports[1].protocol: "QUIC" is an unknown protocol, there are TCP and UDP; this port is left out
        """)
    @Rule("B2")
    void aPortThatMakesNoSenseIsLeftOut(String port, String problem) {
        Reading.Read<SliceSpec> read = read("ports: [{port: 80}, " + port + "]");

        assertThat(Readings.problems(read)).isEqualTo(problem.isEmpty() ? List.of() : List.of(problem));
        assertThat(read.value().ports()).containsExactly(new SliceSpec.Port("", Protocol.TCP, 80));
    }

    @Test
    void ofManyProblemsTheFirstAreToldAndTheRestCounted() {
        assertThat(Readings.problems(read("endpoints: [" + "{addresses: [x]}, ".repeat(30) + "]")))
                .hasSize(21)
                .endsWith("and 10 more problems");
    }

    private Reading.Read<SliceSpec> read(String fields) {
        return Readings.read(
                reader.read(KubeYaml.object(EndpointSlice.class, METADATA + "addressType: IPv4\n" + fields)));
    }

    private static EndpointSlice slice(String labels, String addressType) {
        return KubeYaml.object(
                EndpointSlice.class,
                "{metadata: {name: web-x, labels: " + labels + "}, addressType: " + addressType + "}");
    }
}
