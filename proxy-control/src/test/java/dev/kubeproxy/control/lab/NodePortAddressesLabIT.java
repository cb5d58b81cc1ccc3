package dev.kubeproxy.control.lab;

import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At which addresses of the nodes NodePorts are served: chosen for each family by itself. */
class NodePortAddressesLabIT {

    @BeforeAll
    static void requireLab() {
        Lab.requireUp();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        192.168.77.0/24             | pod1a   | {tcp4=refused, udp4=refused, tcp6=pod1a, udp6=pod1a}
        fd00:77::/64                | pod1a   | {tcp4=pod1a, udp4=pod1a, tcp6=refused, udp6=refused}
        127.0.0.0/8,::1/128         | refused | pod1a
        """)
    @Rule({"H6", "H7"})
    void eachFamilyIsServedAtTheAddressesThatAreGivenForIt(
            String addresses, String atTheNodesIp, String atLocalhost, @TempDir Path manifests) throws IOException {
        try (TwoNodes nodes = TwoNodes.start(manifests, "--nodeport-addresses=" + addresses)) {
            nodes.apply(TracedService.with("", "pod1a"));
            Traces.expect("""
                outside  node1      %1$s
                pod2b    node2      %1$s
                node1    localhost  %2$s
                node2    localhost  %2$s
                pod1b    cluster    pod1a""".formatted(atTheNodesIp, atLocalhost));
        }
    }
}
