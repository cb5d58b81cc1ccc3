package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.testing.RecordingSink;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.testing.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeScanTest {

    private static final Cidr LOOPBACK = Cidr.parse("127.0.0.1/32");

    private final RecordingSink sink = new RecordingSink();
    private @Nullable List<Cidr> pods;
    private @Nullable List<Cidr> insiders;

    @Test
    @Rule("D5")
    void thisMachinesOwnAddressesAreInsiders() {
        assertThat(scan(new LocalDetection.None()).get()).isNotEmpty();
        assertThat(pods).isEmpty();
        assertThat(insiders).contains(LOOPBACK);
    }

    @Test
    @Rule("D5")
    void podsOfTheGivenRangeAreInsidersToo() {
        List<Cidr> given = List.of(Cidr.parse("10.244.0.0/16"));
        scan(new LocalDetection.ClusterCidr(given)).get();
        assertThat(pods).isEqualTo(given);
        assertThat(insiders).containsAll(given).contains(LOOPBACK);
    }

    @Test
    @Rule("D5")
    void podsOfTheNodesOwnRangeAreInsidersAsSoonAsItIsKnown() {
        NodeScan scan = scan(new LocalDetection.NodeCidr());
        scan.get();
        assertThat(pods).isEmpty();
        List<Change> nodes = List.of(node("node2", "10.244.2.0/24"), node("node1", "10.244.1.0/24"));
        scan.listeningIn(sink).offer(nodes);
        scan.listeningIn(sink).offerSynced();
        scan.get();
        assertThat(pods).containsExactly(Cidr.parse("10.244.1.0/24"));
        assertThat(sink.changes()).isEqualTo(nodes);
        assertThat(sink.timesSynced()).isEqualTo(1);
    }

    private NodeScan scan(LocalDetection detection) {
        return new NodeScan("node1", detection, told -> pods = told, told -> insiders = told);
    }

    private static Change node(String name, String podCidr) {
        return new Change.NodeSet(new NodeSpec(name, "", List.of(), true, List.of(Cidr.parse(podCidr))));
    }
}
