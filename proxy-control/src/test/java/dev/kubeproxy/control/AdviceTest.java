package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdviceTest {

    @Test
    @Rule("N2")
    void flagsThatAFileHasFieldsForAreDeprecated() throws ConfigurationException {
        assertThat(advice(false, "--nodeport-addresses=primary", "-v=2"))
                .singleElement()
                .asString()
                .startsWith("All flags other than --config");
        assertThat(advice(true, "--nodeport-addresses=primary")).isEmpty();
    }

    @Test
    @Rule("H6")
    void nodePortsOnAllAddressesAreToldOfUnlessAskedFor() throws ConfigurationException {
        assertThat(advice(true)).singleElement().asString().startsWith("nodePortAddresses is unset");
        assertThat(advice(true, "--nodeport-addresses=0.0.0.0/0")).isEmpty();
    }

    @Test
    @Rule("H7")
    void nodePortsOnLoopbackAddressesAreToldOfToWhoHadClosedThem() throws ConfigurationException {
        String closed = "--iptables-localhost-nodeports=false";
        for (String ranges : List.of("0.0.0.0/0", "127.0.0.0/8,10.0.0.0/8", "127.9.0.0/16", "fd00::/8")) {
            assertThat(advice(true, closed, "--nodeport-addresses=" + ranges))
                    .as(ranges)
                    .singleElement()
                    .asString()
                    .startsWith("--iptables-localhost-nodeports=false (iptables.localhostNodePorts) has no effect");
        }
        assertThat(advice(true, closed)).hasSize(2);
        assertThat(advice(true, closed, "--nodeport-addresses=primary")).isEmpty();
        assertThat(advice(true, closed, "--nodeport-addresses=10.0.0.0/8")).isEmpty();
        assertThat(advice(true, "--iptables-localhost-nodeports", "--nodeport-addresses=0.0.0.0/0"))
                .isEmpty();
    }

    @Test
    void aModeWithoutItsRangeIsToldOf() throws ConfigurationException {
        for (List<String> without : List.of(
                List.of("--detect-local-mode=ClusterCIDR"),
                List.<String>of(),
                List.of("--manifests=/tmp", "--detect-local-mode=ClusterCIDR"))) {
            assertThat(advice(
                            true,
                            Stream.concat(
                                            Stream.of("--nodeport-addresses=primary", "--cluster-cidr="),
                                            without.stream())
                                    .toArray(String[]::new)))
                    .as("%s", without)
                    .singleElement()
                    .asString()
                    .contains("no cluster CIDR");
        }
        assertThat(advice(true, "--nodeport-addresses=primary", "--detect-local-mode=ClusterCIDR"))
                .isEmpty();
        assertThat(advice(true, "--nodeport-addresses=primary", "--cluster-cidr=", "--manifests=/tmp"))
                .isEmpty();
    }

    @Test
    void aDiagnosticsPortThatOthersReachIsToldOf() throws ConfigurationException {
        assertThat(advice(true, "--nodeport-addresses=primary", "--profiling")).isEmpty();
        assertThat(advice(true, "--nodeport-addresses=primary", "--metrics-bind-address=0.0.0.0:10249"))
                .isEmpty();
        assertThat(advice(true, "--nodeport-addresses=primary", "--metrics-bind-address=0.0.0.0:10249", "--profiling"))
                .singleElement()
                .asString()
                .contains("--profiling", "0.0.0.0:10249");
    }

    private static List<String> advice(boolean fromFile, String... args) throws ConfigurationException {
        return Advice.on(
                Flags.parse(Stream.concat(Stream.of("--cluster-cidr=10.244.0.0/16"), Stream.of(args))
                                .toArray(String[]::new))
                        .values(),
                fromFile);
    }
}
