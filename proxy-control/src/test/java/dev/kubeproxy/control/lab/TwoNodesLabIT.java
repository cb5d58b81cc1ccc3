package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reaches what while two nodes run the program: from pods, nodes and the outside, over TCP and UDP, IPv4 and IPv6. */
class TwoNodesLabIT {

    private static TwoNodes nodes;

    @BeforeAll
    static void startBoth(@TempDir Path manifests) throws IOException {
        Lab.requireUp();
        nodes = TwoNodes.start(manifests);
    }

    @AfterAll
    static void stopBoth() throws IOException {
        if (nodes != null) {
            nodes.close();
        }
    }

    @Test
    @Rule({"C1", "D4", "H7", "I1", "I3", "J2"})
    void everybodyReachesEveryEndpointUnderPoliciesCluster() throws IOException {
        nodes.apply(TracedService.with("externalTrafficPolicy: Cluster", "pod1a", "pod2a"));
        Traces.expect("""
            pod1b    cluster    pod1a pod2a
            pod2b    cluster    pod1a pod2a
            node1    cluster    pod1a pod2a
            node2    cluster    pod1a pod2a
            pod1b    node1      pod1a pod2a
            pod1b    node2      pod1a pod2a
            node1    node2      pod1a pod2a
            node1    localhost  pod1a pod2a
            pod2b    external1  pod1a pod2a
            node2    balancer1  pod1a pod2a
            outside  node1      pod1a pod2a
            outside  node2      pod1a pod2a
            outside  external1  pod1a pod2a
            outside  external2  pod1a pod2a
            outside  balancer1  pod1a pod2a
            outside  balancer2  pod1a pod2a""");
    }

    @Test
    @Rule({"C2", "D2", "D4", "D5"})
    void underAnExternalPolicyLocalTheOutsideReachesTheEndpointsOfTheNodeItCameTo() throws IOException {
        nodes.apply(TracedService.with("externalTrafficPolicy: Local", "pod1a", "pod1c"));
        Traces.expect("""
            pod1b    cluster    pod1a pod1c
            pod2b    cluster    pod1a pod1c
            pod2b    node2      pod1a pod1c
            pod2b    external1  pod1a pod1c
            node2    balancer2  pod1a pod1c
            node2    localhost  pod1a pod1c
            outside  node1      pod1a pod1c
            outside  external1  pod1a pod1c
            outside  balancer1  pod1a pod1c
            outside  node2      silent
            outside  external2  silent
            outside  balancer2  silent""");
    }

    @Test
    @Rule({"C2", "D1", "D2", "D4"})
    void underAnInternalPolicyLocalTheClusterIpLeadsToEndpointsOfTheClientsNode() throws IOException {
        nodes.apply(TracedService.with("internalTrafficPolicy: Local", "pod1a", "pod2a"));
        Traces.expect("""
            pod1b    cluster    pod1a
            node1    cluster    pod1a
            pod2b    cluster    pod2a
            node2    cluster    pod2a
            pod1b    external1  pod1a pod2a
            outside  node1      pod1a pod2a""");
        nodes.apply(TracedService.with("internalTrafficPolicy: Local", "pod1a"));
        Traces.expect("""
            pod1b    cluster    pod1a
            pod2b    cluster    silent
            node2    cluster    silent
            pod2b    external1  pod1a
            outside  node2      pod1a""");
        nodes.apply(TracedService.with("internalTrafficPolicy: Local"));
        Traces.expect("""
            pod1b    cluster    refused
            pod2b    cluster    refused
            node2    cluster    refused""");
    }

    @Test
    @Rule("D1")
    void withoutEndpointsEverybodyIsRefusedAtOnce() throws IOException {
        for (String policy : new String[] {"Cluster", "Local"}) {
            nodes.apply(TracedService.with("externalTrafficPolicy: " + policy));
            Traces.expect("""
                pod1b    cluster    refused
                node1    cluster    refused
                pod2b    node1      refused
                node2    localhost  refused
                pod2b    external1  refused
                node2    balancer2  refused
                outside  node1      refused
                outside  external1  refused
                outside  balancer2  refused""");
        }
    }

    @Test
    @Rule({"C1", "C2", "C3", "D2"})
    void endpointsThatShutDownServeTheirOwnNodeUnderPolicyLocalWhenItHasNoOther() throws IOException {
        String local = "externalTrafficPolicy: Local";
        nodes.apply(TracedService.with(local, "pod1a", "pod1b terminating", "pod1c gone", "pod2a"));
        Traces.expect("""
            pod2b    cluster    pod1a pod2a
            outside  balancer1  pod1a
            outside  balancer2  pod2a""");
        nodes.apply(TracedService.with(local, "pod1b terminating", "pod1c gone", "pod2a"));
        Traces.expect("""
            pod1a    cluster    pod2a
            outside  node1      pod1b
            outside  balancer1  pod1b
            outside  balancer2  pod2a""");
        nodes.apply(TracedService.with(local, "pod1c gone", "pod2a"));
        Traces.expect("""
            pod1a    cluster    pod2a
            outside  balancer1  silent
            outside  balancer2  pod2a""");
        nodes.apply(TracedService.with(local, "pod1c gone"));
        Traces.expect("""
            pod1a    cluster    refused
            outside  node1      refused
            outside  balancer1  refused""");
    }

    @Test
    @Rule({"C1", "C3"})
    void endpointsThatShutDownServeTheClusterOnlyWhileNoneIsReadyAnywhere() throws IOException {
        String cluster = "externalTrafficPolicy: Cluster";
        nodes.apply(TracedService.with(cluster, "pod1a terminating", "pod2a"));
        Traces.expect("""
            pod1b    cluster    pod2a
            outside  node1      pod2a""");
        nodes.apply(TracedService.with(cluster, "pod1a terminating", "pod2a terminating", "pod1c unready"));
        Traces.expect("""
            pod1b    cluster    pod1a pod2a
            outside  node1      pod1a pod2a
            outside  balancer2  pod1a pod2a""");
    }

    @Test
    @Rule({"C6", "C7", "C9"})
    void clientsStayInTheZoneThatEndpointsAreHintedTo() throws IOException {
        nodes.apply(TracedService.with("", "pod1a ready zone-1", "pod2a ready zone-2"));
        Traces.expect("""
            pod1b    cluster    pod1a
            pod2b    cluster    pod2a
            outside  node1      pod1a
            outside  node2      pod2a""");
        nodes.apply(TracedService.with("", "pod1a ready zone-1", "pod2a ready"));
        Traces.expect("""
            pod1b    cluster    pod1a pod2a
            pod2b    cluster    pod1a pod2a""");
    }

    @Test
    @Rule("I2")
    void sourceRangesHoldForBalancersAddressesOnly() throws IOException {
        nodes.apply(TracedService.with(
                "loadBalancerSourceRanges: [\" 10.244.1.0/24\", \"fd00:244:1::/64 \"]", "pod1a", "pod2a"));
        Traces.expect("""
            pod1b    balancer1  pod1a pod2a
            pod2b    balancer1  silent
            node1    balancer1  silent
            outside  balancer1  silent
            outside  balancer2  silent
            outside  external1  pod1a pod2a
            outside  node1      pod1a pod2a
            pod2b    cluster    pod1a pod2a""");
        nodes.apply(TracedService.with(
                "loadBalancerSourceRanges: [192.168.77.100/32, \"fd00:77::100/128\", \"fd00:244:2::/64\", 10.244.2.0/24]",
                "pod1a",
                "pod2a"));
        Traces.expect("""
            pod1b    balancer1  silent
            pod2b    balancer1  pod1a pod2a
            outside  balancer1  pod1a pod2a""");
        nodes.apply(TracedService.with("", "pod1a", "pod2a"));
        Traces.expect("""
            pod1b    balancer1  pod1a pod2a
            node2    balancer2  pod1a pod2a
            outside  balancer2  pod1a pod2a""");
    }

    @Test
    @Rule({"E2", "E4", "E6"})
    void affinityKeepsAClientAtOnePodUntilItIsGoneOrTheAffinityIs() throws IOException {
        String affinity = "sessionAffinity: ClientIP";
        nodes.apply(TracedService.with(affinity, "pod1a", "pod1c", "pod2a"));
        Await.until(
                "each protocol and family is pinned",
                () -> answers().values().stream().allMatch(answer -> answer.matches("pod..")));
        Map<String, String> pinned = answers();
        assertThat(answers()).isEqualTo(pinned);
        String removed = Objects.requireNonNull(pinned.get("tcp4"));
        String[] left = Stream.of("pod1a", "pod1c", "pod2a")
                .filter(pod -> !pod.equals(removed))
                .toArray(String[]::new);
        nodes.apply(TracedService.with(affinity, left));
        Await.until("re-pinned", () -> !answers().containsValue(removed));
        Map<String, String> pinnedAnew = answers();
        pinned.forEach((port, pod) ->
                assertThat(pinnedAnew.get(port)).isIn((Object[]) (pod.equals(removed) ? left : new String[] {pod})));
        nodes.apply(TracedService.with("sessionAffinity: None", left));
        Traces.expect("pod1b    cluster    " + String.join(" ", left));
    }

    @Test
    @Rule({"K6", "K7"})
    void eachNodeTellsLoadBalancersOfItsOwnEndpoints() throws IOException {
        String spec = "externalTrafficPolicy: Local\nhealthCheckNodePort: " + TracedService.HEALTH_CHECK_NODE_PORT;
        nodes.apply(TracedService.with(spec, "pod1a", "pod1c", "pod2a terminating"));
        for (int family = 0; family < 2; family++) {
            int index = family;
            Await.until("node1 has two", () -> health("node1", index).contains("200 \"localEndpoints\":2"));
            Await.until("node2 has none", () -> health("node2", index).contains("503 \"localEndpoints\":0"));
        }
        Traces.expect("""
            outside  balancer2  pod2a""");
        nodes.apply(TracedService.with("externalTrafficPolicy: Cluster", "pod1a"));
        Await.until(
                "closed",
                () -> health("node1", 0).startsWith("000") && health("node2", 1).startsWith("000"));
    }

    private static Map<String, String> answers() {
        return Traces.outcomes("pod1b", "cluster");
    }

    /** Status and count of a health check from the outside: {@code 200 "localEndpoints":2}. */
    private static String health(String node, int family) {
        String address = TracedService.addresses(node)[family];
        String host = address.contains(":") ? "[" + address + "]" : address;
        String out = Lab.exec(
                        "outside",
                        "curl",
                        "-s",
                        "--max-time",
                        "2",
                        "-w",
                        "\n%{http_code}",
                        "http://" + host + ":" + TracedService.HEALTH_CHECK_NODE_PORT + "/")
                .out();
        String status = out.substring(out.lastIndexOf('\n') + 1);
        return status + " " + out.replaceAll("\\s", "").replaceAll(".*(\"localEndpoints\":\\d+).*", "$1");
    }
}
