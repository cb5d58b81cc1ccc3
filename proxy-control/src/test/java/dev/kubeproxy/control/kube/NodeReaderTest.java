package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.testing.KubeYaml;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.testing.Rule;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeReaderTest {

    @Test
    @Rule({"C9", "N12"})
    void internalAddressesComeBeforeExternalOnes() {
        Node node = KubeYaml.object(Node.class, """
            metadata: {name: node1, labels: {topology.kubernetes.io/zone: a}}
            status:
              addresses:
              - {type: Hostname, address: node1}
              - {type: ExternalIP, address: 203.0.113.1}
              - {type: InternalIP, address: 10.0.0.1}
              - {type: InternalIP, address: 10.0.0}
            """);

        assertThat(new NodeReader().read(node))
                .isEqualTo(Readings.read(
                        new NodeSpec(
                                "node1", "a", List.of(Addresses.parse("10.0.0.1"), Addresses.parse("203.0.113.1"))),
                        "status.addresses[3].address: \"10.0.0\" is not an IP address; it is left out"));
    }

    @Test
    @Rule("K4")
    void aNodeThatIsDeletedOrAboutToBeWantsNoClients() {
        assertThat(eligible("metadata: {name: node1}")).isTrue();
        assertThat(eligible("""
            metadata: {name: node1}
            spec: {taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]}
            """)).isTrue();
        assertThat(eligible("""
            metadata: {name: node1}
            spec: {taints: [{key: a}, {key: ToBeDeletedByClusterAutoscaler, value: "1"}]}
            """)).isFalse();
        assertThat(eligible("metadata: {name: node1, deletionTimestamp: 2026-11-23T12:00:00Z}"))
                .isFalse();
    }

    private static boolean eligible(String yaml) {
        return new NodeReader().read(KubeYaml.object(Node.class, yaml)) instanceof Reading.Read<NodeSpec> read
                && read.value().eligible();
    }

    @Test
    @Rule("C9")
    void aNodeThatSaysNothingHasNoZone() {
        assertThat(new NodeReader().read(KubeYaml.object(Node.class, "metadata: {name: node1}")))
                .isEqualTo(Readings.read(new NodeSpec("node1", "", List.of())));
    }
}
