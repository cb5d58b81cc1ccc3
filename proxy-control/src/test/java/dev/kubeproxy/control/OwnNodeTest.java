package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.testing.RecordingSink;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.Rule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OwnNodeTest {

    private final List<Boolean> eligible = new ArrayList<>();
    private final RecordingSink sink = new RecordingSink();

    @Test
    @Rule("K4")
    void whetherItWantsClientsIsToldOfThisNodeAlone() {
        ownNode(Optional.empty())
                .listeningIn(sink)
                .offer(List.of(
                        new Change.NodeSet(new NodeSpec("node2", "", List.of(), false, List.of())),
                        new Change.NodeSet(new NodeSpec("node1", "", List.of(), true, List.of())),
                        new Change.NodeSet(new NodeSpec("node1", "", List.of(), false, List.of()))));
        assertThat(eligible).containsExactly(true, false);
    }

    @Test
    void aDeletedNodeWantsNoClients() {
        ownNode(Optional.empty())
                .listeningIn(sink)
                .offer(List.of(new Change.NodeGone("node2"), new Change.NodeGone("node1")));
        assertThat(eligible).containsExactly(false);
        assertThat(sink.changes()).containsExactly(new Change.NodeGone("node2"), new Change.NodeGone("node1"));
    }

    @Test
    @Rule("N12")
    void theBindAddressTakesThePlaceOfTheNodesOwnOfItsFamily() {
        ownNode(Optional.of(Addresses.parse("10.0.0.9")))
                .listeningIn(sink)
                .offer(List.of(node("node1", "10.0.0.1", "fd00::1"), node("node2", "10.0.0.2")));
        assertThat(sink.changes()).containsExactly(node("node1", "10.0.0.9", "fd00::1"), node("node2", "10.0.0.2"));
    }

    @Test
    @Rule("N12")
    void anUnknownIpIsToldOnceSourcesHaveBeenRead() {
        try (CapturedLog log = new CapturedLog(OwnNode.class)) {
            ownNode(Optional.empty()).listeningIn(sink).offerSynced();
            assertThat(log.lines()).singleElement().asString().contains("assuming 127.0.0.1", "--bind-address");
        }
        assertThat(sink.timesSynced()).isEqualTo(1);
    }

    @Test
    void aKnownIpIsToldOnce() {
        try (CapturedLog log = new CapturedLog(OwnNode.class)) {
            var following = ownNode(Optional.empty()).listeningIn(sink);
            following.offer(List.of(node("node1", "10.0.0.1", "10.0.0.2")));
            following.offer(List.of(node("node1", "10.0.0.1")));
            following.offerSynced();
            assertThat(log.lines()).containsExactly("INFO This node's IPs: 10.0.0.1");
        }
    }

    @Test
    @Rule("N12")
    void anIpIsTheBindAddressElseTheNodesFirstElseLoopback() {
        assertThat(ips("10.0.0.9", "10.0.0.1", "fd00::1")).containsExactly("10.0.0.9", "fd00::1");
        assertThat(ips("", "10.0.0.1", "10.0.0.2")).containsExactly("10.0.0.1", "::1");
        assertThat(ips("")).containsExactly("127.0.0.1", "::1");
    }

    private static List<String> ips(String bind, String... ofNode) {
        NodeIps ips = NodeIps.of(bind.isEmpty() ? Optional.empty() : Optional.of(Addresses.parse(bind)), list(ofNode));
        return Stream.of(IpFamily.values()).map(ips::of).map(Addresses::text).toList();
    }

    private OwnNode ownNode(Optional<InetAddress> bindAddress) {
        return new OwnNode(
                new ProxyConfiguration.Node("node1", 0, bindAddress, new LocalDetection.None(), false),
                true,
                eligible::add);
    }

    private static Change node(String name, String... addresses) {
        return new Change.NodeSet(new NodeSpec(name, "", list(addresses)));
    }

    private static List<InetAddress> list(String... addresses) {
        return Stream.of(addresses).map(Addresses::parse).toList();
    }
}
