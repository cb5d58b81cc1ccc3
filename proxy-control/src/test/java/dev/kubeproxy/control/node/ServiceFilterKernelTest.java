package dev.kubeproxy.control.node;

import static dev.kubeproxy.control.desired.Specs.addresses;
import static dev.kubeproxy.server.model.FrontendKind.LOAD_BALANCER_IP;
import static dev.kubeproxy.server.model.FrontendKind.NODE_PORT;
import static dev.kubeproxy.server.model.TrafficPolicy.CLUSTER;
import static dev.kubeproxy.server.model.TrafficPolicy.LOCAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real {@code nft} and kernel: a node, and a client that reaches it over a wire, in a network namespace each. Needs
 * root. In the place of the proxy something listens at service addresses and answers everybody.
 */
class ServiceFilterKernelTest {

    private static final String VIP = "203.0.113.7";

    private NetworkNamespace node;
    private NetworkNamespace client;
    private ServiceFilter filter;

    @BeforeEach
    void connect() throws IOException {
        node = NetworkNamespace.open();
        client = NetworkNamespace.open();
        Command.Result nft = node.command("sh").run(List.of("-c", "nft list tables"), "");
        assumeTrue(nft.exit() == 0, "nft cannot be used here: " + nft.errors());
        node.ip("link add wire type veth peer name wire netns " + client.pid());
        node.ip("addr add 192.0.2.1/24 dev wire");
        node.ip("addr add 2001:db8::1/64 dev wire nodad");
        node.ip("link set wire up");
        for (String address : List.of("192.0.2.2/24", "192.0.2.3/24")) {
            client.ip("addr add " + address + " dev wire");
        }
        client.ip("addr add 2001:db8::2/64 dev wire nodad");
        client.ip("link set wire up");
        client.ip("route add default via 192.0.2.1");
        client.ip("-6 route add default via 2001:db8::1");
        for (String address : List.of("10.96.0.10", VIP, "fd00:96::10")) {
            node.ip("route add local " + address + " dev lo");
        }
        filter = new ServiceFilter(node.command("nft"), false);
        assertThat(node.ask("listen tcp :: 80")).isEqualTo("listening");
    }

    @AfterEach
    void disconnect() {
        if (client != null) {
            client.close();
        }
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"10.96.0.10, 10.96.0.10:80/TCP", "fd00:96::10, [fd00:96::10]:80/TCP"})
    @Rule("D2")
    void aClusterIpWithEndpointsElsewhereUnderPolicyLocalIsSilentToAll(String address, String frontend)
            throws IOException {
        FilteredService web = new FilteredService("web").clusterIp(frontend, LOCAL);
        assertThat(client.ask("dial tcp " + address + " 80")).isEqualTo("answered");
        apply(web.withEndpointsElsewhere());
        assertThat(client.ask("dial tcp " + address + " 80")).isEqualTo("silent");
        assertThat(node.ask("dial tcp " + address + " 80")).isEqualTo("silent");
        assertThat(client.ask("dial tcp " + address + " 81")).isEqualTo("refused");
        assertThat(client.ask("dial tcp 192.0.2.1 80")).isEqualTo("answered");
        apply(web.withEndpointsHere());
        assertThat(client.ask("dial tcp " + address + " 80")).isEqualTo("answered");
    }

    @Test
    @Rule({"D2", "D5"})
    void anExternalPolicyLocalIsSilentToTheOutsideAndAnswersPodsAndTheNode() throws IOException {
        assertThat(node.ask("listen tcp 0.0.0.0 30080")).isEqualTo("listening");
        apply(new FilteredService("web")
                .external(LOAD_BALANCER_IP, VIP + ":80/TCP", LOCAL)
                .external(NODE_PORT, "0.0.0.0:30080/TCP", LOCAL)
                .withEndpointsElsewhere());
        filter.insiders(List.of(Cidr.parse("192.0.2.2/32")));
        for (String target : List.of(VIP + " 80", "192.0.2.1 30080")) {
            assertThat(client.ask("dial tcp " + target + " 192.0.2.3")).isEqualTo("silent");
            assertThat(client.ask("dial tcp " + target + " 192.0.2.2")).isEqualTo("answered");
            assertThat(node.ask("dial tcp " + target)).isEqualTo("answered");
        }
    }

    @Test
    @Rule("D2")
    void datagramsAreSilencedToo() throws IOException {
        assertThat(node.ask("listen udp " + VIP + " 53")).isEqualTo("listening");
        FilteredService dns = new FilteredService("dns").external(LOAD_BALANCER_IP, VIP + ":53/UDP", LOCAL);
        apply(dns.withEndpointsElsewhere());
        assertThat(client.ask("dial udp " + VIP + " 53")).isEqualTo("silent");
        apply(dns.withEndpointsHere());
        assertThat(client.ask("dial udp " + VIP + " 53")).isEqualTo("answered");
    }

    @Test
    @Rule("I2")
    void whoIsInNoSourceRangeHearsNothing() throws IOException {
        FilteredService web = new FilteredService("web")
                .clusterIp("10.96.0.10:80/TCP", CLUSTER)
                .external(LOAD_BALANCER_IP, VIP + ":80/TCP", CLUSTER, "192.0.2.2/32", "198.51.100.0/24");
        apply(web.withEndpointsHere());
        assertThat(client.ask("dial tcp " + VIP + " 80 192.0.2.2")).isEqualTo("answered");
        assertThat(client.ask("dial tcp " + VIP + " 80 192.0.2.3")).isEqualTo("silent");
        assertThat(node.ask("dial tcp " + VIP + " 80")).isEqualTo("silent");
        assertThat(client.ask("dial tcp 10.96.0.10 80 192.0.2.3")).isEqualTo("answered");
        apply(new FilteredService("web")
                .external(LOAD_BALANCER_IP, VIP + ":80/TCP", CLUSTER, "192.0.2.3/32", VIP + "/32")
                .withEndpointsHere());
        assertThat(client.ask("dial tcp " + VIP + " 80 192.0.2.2")).isEqualTo("silent");
        assertThat(client.ask("dial tcp " + VIP + " 80 192.0.2.3")).isEqualTo("answered");
        assertThat(node.ask("dial tcp " + VIP + " 80")).isEqualTo("answered");
    }

    @ParameterizedTest
    @CsvSource({"10.96.0.10, 10.96.0.10:80/TCP, 192.0.2.1", "fd00:96::10, [fd00:96::10]:80/TCP, 2001:db8::1"})
    @Rule("D8")
    void atAGuardedAddressOnlyFrontendsAnswer(String address, String frontend, String own) throws IOException {
        filter = new ServiceFilter(node.command("nft"), true);
        FilteredService web = new FilteredService("web").clusterIp(frontend, CLUSTER);
        filter.guard(addresses(address));
        assertThat(client.ask("dial tcp " + address + " 80")).isEqualTo("refused");
        apply(web.withEndpointsHere());
        assertThat(node.ask("listen tcp :: 9999")).isEqualTo("listening");
        assertThat(client.ask("dial tcp " + address + " 80")).isEqualTo("answered");
        assertThat(client.ask("dial tcp " + address + " 9999")).isEqualTo("refused");
        assertThat(node.ask("dial tcp " + address + " 9999")).isEqualTo("refused");
        assertThat(client.ask("dial udp " + address + " 80")).isEqualTo("refused");
        assertThat(client.ask("dial tcp " + own + " 9999")).isEqualTo("answered");
        filter.unguard(addresses(address));
        assertThat(client.ask("dial tcp " + address + " 9999")).isEqualTo("answered");
    }

    @Test
    @Rule("D9")
    void connectionsThatRunGoOn() throws IOException {
        FilteredService web = new FilteredService("web").clusterIp("10.96.0.10:80/TCP", LOCAL);
        assertThat(client.ask("hold 10.96.0.10 80")).isEqualTo("answered");
        apply(web.withEndpointsElsewhere());
        assertThat(client.ask("dial tcp 10.96.0.10 80")).isEqualTo("silent");
        assertThat(client.ask("talk")).isEqualTo("answered");
    }

    @Test
    @Rule("O6")
    void aTableThatIsTakenAwayIsGone() throws IOException {
        apply(new FilteredService("web").clusterIp("10.96.0.10:80/TCP", LOCAL).withEndpointsElsewhere());
        assertThat(tables()).contains("kube-proxy-userspace");
        filter.end(true);
        assertThat(tables()).isEmpty();
        assertThat(client.ask("dial tcp 10.96.0.10 80")).isEqualTo("answered");
    }

    @Test
    @Rule("O7")
    void aTableThatSomebodyFlushedComesBackWithTheNextChange() throws IOException {
        FilteredService web = new FilteredService("web").clusterIp("10.96.0.10:80/TCP", LOCAL);
        apply(web.withEndpointsElsewhere());
        node.command("nft").run(List.of("flush", "ruleset"), "");
        assertThat(client.ask("dial tcp 10.96.0.10 80")).isEqualTo("answered");
        apply(new FilteredService("api").clusterIp("10.96.0.11:80/TCP", LOCAL).withEndpointsElsewhere());
        assertThat(client.ask("dial tcp 10.96.0.10 80")).isEqualTo("silent");
    }

    private String tables() throws IOException {
        return node.command("nft").run(List.of("list", "tables"), "").out();
    }

    private void apply(ServiceState service) {
        filter.apply(new ProxyUpdate(1, List.of(service)));
    }
}
