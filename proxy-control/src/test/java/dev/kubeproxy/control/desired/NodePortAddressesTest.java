package dev.kubeproxy.control.desired;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.addressSet;
import static dev.kubeproxy.control.desired.Specs.addresses;
import static dev.kubeproxy.server.model.IpFamily.IPV4;
import static dev.kubeproxy.server.model.IpFamily.IPV6;
import static dev.kubeproxy.server.model.Protocol.TCP;
import static dev.kubeproxy.server.model.Protocol.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.testing.Rule;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NodePortAddressesTest {

    private static final NodeFacts NODE = new NodeFacts(
            THIS_NODE,
            new NodeSpec(THIS_NODE, "", addresses("192.168.1.5", "fd00:1::5", "203.0.113.5")),
            addresses("127.0.0.1", "::1", "192.168.1.5", "172.17.0.1", "fd00:1::5", "fe80::1"));

    @Test
    @Rule({"H6", "H7", "H8"})
    void withoutBlocksTcpHasTheAnyAddress() {
        assertThat(NodePortAddresses.ALL.addresses(TCP, IPV4, NODE)).isEqualTo(addressSet("0.0.0.0"));
        assertThat(NodePortAddresses.ALL.addresses(TCP, IPV6, NODE)).isEqualTo(addressSet("::"));
    }

    @Test
    @Rule({"H6", "H7"})
    void withoutBlocksUdpHasEachAddressOfTheNode() {
        assertThat(NodePortAddresses.ALL.addresses(UDP, IPV4, NODE))
                .isEqualTo(addressSet("127.0.0.1", "192.168.1.5", "172.17.0.1"));
    }

    @Test
    @Rule("H7")
    void linkLocalAddressesAreNotBoundOneByOne() {
        assertThat(NodePortAddresses.ALL.addresses(UDP, IPV6, NODE)).isEqualTo(addressSet("::1", "fd00:1::5"));
    }

    @Test
    @Rule("H6")
    void blocksChooseTheNodesMatchingAddresses() {
        var within = within("192.168.0.0/16", "127.0.0.0/8");
        assertThat(within.addresses(TCP, IPV4, NODE)).isEqualTo(addressSet("192.168.1.5", "127.0.0.1"));
        assertThat(within.addresses(UDP, IPV4, NODE)).isEqualTo(addressSet("192.168.1.5", "127.0.0.1"));
    }

    @Test
    @Rule("H6")
    void aFamilyWithoutBlockIsServedOnAll() {
        var within = within("192.168.0.0/16");
        assertThat(within.addresses(TCP, IPV6, NODE)).isEqualTo(addressSet("::"));
        assertThat(within.addresses(UDP, IPV6, NODE)).isEqualTo(addressSet("::1", "fd00:1::5"));
    }

    @Test
    @Rule("H6")
    void theZeroBlockIsAll() {
        var within = within("10.0.0.0/8", "0.0.0.0/0");
        assertThat(within.addresses(TCP, IPV4, NODE)).isEqualTo(addressSet("0.0.0.0"));
        assertThat(within.addresses(UDP, IPV4, NODE)).hasSize(3);
    }

    @Test
    @Rule("H6")
    void blocksThatMatchNothingServeNowhere() {
        assertThat(within("10.0.0.0/8").addresses(TCP, IPV4, NODE)).isEmpty();
        assertThat(within("10.0.0.0/8").addresses(UDP, IPV4, NODE)).isEmpty();
    }

    @Test
    @Rule({"H6", "N12"})
    void primaryIsTheFirstAddressOfEachFamilyThatTheClusterKnows() {
        assertThat(NodePortAddresses.PRIMARY.addresses(TCP, IPV4, NODE)).isEqualTo(addressSet("192.168.1.5"));
        assertThat(NodePortAddresses.PRIMARY.addresses(UDP, IPV6, NODE)).isEqualTo(addressSet("fd00:1::5"));
    }

    @Test
    @Rule("H7")
    void primaryIsNoLinkLocalAddress() {
        var node = new NodeFacts(
                THIS_NODE, new NodeSpec(THIS_NODE, "", addresses("fe80::5", "fd00:1::5")), NODE.machineAddresses());
        assertThat(NodePortAddresses.PRIMARY.addresses(TCP, IPV6, node)).isEqualTo(addressSet("fd00:1::5"));
    }

    @Test
    @Rule("N12")
    void primaryIsLoopbackWhileTheNodeIsUnknown() {
        var unknown = new NodeFacts(THIS_NODE, null, NODE.machineAddresses());
        assertThat(NodePortAddresses.PRIMARY.addresses(TCP, IPV4, unknown)).isEqualTo(addressSet("127.0.0.1"));
    }

    @Test
    void primaryIsLoopbackWhileTheNodeHasNoAddressOfTheFamily() {
        var ipv4Only = new NodeFacts(
                THIS_NODE, new NodeSpec(THIS_NODE, "", addresses("192.168.1.5")), NODE.machineAddresses());
        assertThat(NodePortAddresses.PRIMARY.addresses(TCP, IPV6, ipv4Only)).isEqualTo(addressSet("::1"));
    }

    private static NodePortAddresses within(String... blocks) {
        return NodePortAddresses.within(Arrays.stream(blocks).map(Cidr::parse).toList());
    }
}
