package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reaches what under policies, source ranges and external addresses: from a pod, the node and the outside. */
class PolicyLabIT {

    private static final String CLUSTER_IP = "10.96.7.20";
    private static final String EXTERNAL_IP = "198.51.100.20";
    private static final String BALANCER_IP = "198.51.100.21";
    private static final String NODE1 = "192.168.77.11";

    /** What curl ends with: 0 an answer, 7 a refusal, 28 silence. */
    private static final int ANSWERED = 0;

    private static final int REFUSED = 7;
    private static final int SILENT = 28;

    private static LabProxy proxy;

    @BeforeAll
    static void startProxy() throws IOException {
        Lab.requireUp();
        for (String pod : new String[] {"pod1a", "pod2a"}) {
            Lab.lab("backend", pod);
        }
        Lab.lab("kubectl", "create", "namespace", LabServices.NAMESPACE);
        for (String address : new String[] {EXTERNAL_IP, BALANCER_IP}) {
            Lab.exec("outside", "ip", "route", "replace", address, "via", NODE1);
        }
        proxy = LabProxy.start("--cluster-cidr=10.244.0.0/16");
    }

    @AfterAll
    static void stopProxy() throws IOException {
        if (proxy != null) {
            proxy.close();
            for (String address : new String[] {EXTERNAL_IP, BALANCER_IP}) {
                Lab.exec("outside", "ip", "route", "del", address);
            }
            assertThat(Lab.exec("node1", "nft", "list", "tables").out()).doesNotContain("kube-proxy");
        }
    }

    @AfterEach
    void deleteServices() {
        Lab.lab("kubectl", "-n", LabServices.NAMESPACE, "delete", "services,endpointslices", "--all", "--wait=false");
        Await.until("gone", () -> curl("pod1b", CLUSTER_IP + ":80") == REFUSED);
    }

    @Test
    @Rule({"D4", "D5", "C2"})
    void theOutsideReachesLocalEndpointsOnlyAndPodsReachAll() {
        apply("externalTrafficPolicy: Local", "pod1a", "pod2a");
        awaitAnswer();
        for (String external : new String[] {NODE1 + ":30080", EXTERNAL_IP + ":80", BALANCER_IP + ":80"}) {
            assertThat(pods("outside", external)).as(external).isEqualTo("pod1a");
            assertThat(pods("pod1b", external)).as(external).isEqualTo("pod1a pod2a");
            assertThat(pods("node1", external)).as(external).isEqualTo("pod1a pod2a");
        }
        assertThat(pods("pod1b", CLUSTER_IP + ":80")).isEqualTo("pod1a pod2a");
    }

    @Test
    @Rule({"D2", "D5"})
    void withoutLocalEndpointsTheOutsideHearsNothingAndPodsAreServed() {
        apply("externalTrafficPolicy: Local", "pod2a");
        awaitAnswer();
        for (String external : new String[] {NODE1 + ":30080", EXTERNAL_IP + ":80", BALANCER_IP + ":80"}) {
            assertThat(curl("outside", external)).as(external).isEqualTo(SILENT);
            assertThat(curl("pod1b", external)).as(external).isEqualTo(ANSWERED);
            assertThat(curl("node1", external)).as(external).isEqualTo(ANSWERED);
        }
    }

    @Test
    @Rule("D1")
    void withoutEndpointsAnywhereEverybodyIsRefused() {
        apply("externalTrafficPolicy: Local");
        Await.until("refused", () -> curl("outside", EXTERNAL_IP + ":80") == REFUSED);
        for (String address :
                new String[] {CLUSTER_IP + ":80", NODE1 + ":30080", EXTERNAL_IP + ":80", BALANCER_IP + ":80"}) {
            assertThat(curl("outside", address.startsWith("10.") ? NODE1 + ":30080" : address))
                    .isEqualTo(REFUSED);
            assertThat(curl("pod1b", address)).as(address).isEqualTo(REFUSED);
            assertThat(curl("node1", address)).as(address).isEqualTo(REFUSED);
        }
    }

    @Test
    @Rule("I2")
    void sourceRangesHoldForTheLoadBalancersAddressOnly() {
        apply("loadBalancerSourceRanges: [\" 10.244.1.0/24\"]", "pod1a");
        awaitAnswer();
        assertThat(curl("pod1b", BALANCER_IP + ":80")).isEqualTo(ANSWERED);
        assertThat(curl("outside", BALANCER_IP + ":80")).isEqualTo(SILENT);
        assertThat(curl("node1", BALANCER_IP + ":80")).isEqualTo(SILENT);
        assertThat(curl("outside", EXTERNAL_IP + ":80")).isEqualTo(ANSWERED);
        assertThat(curl("outside", NODE1 + ":30080")).isEqualTo(ANSWERED);
    }

    @Test
    @Rule({"K6", "K7"})
    void loadBalancersLearnHowManyEndpointsAreHere() {
        apply("externalTrafficPolicy: Local\n  healthCheckNodePort: 30990", "pod1a", "pod2a");
        awaitAnswer();
        Await.until("one endpoint", () -> healthCheck().contains("\"localEndpoints\": 1"));
        Lab.apply(LabServices.localSlice("policy", "pod2a"));
        Await.until("none", () -> healthCheck().contains("503") && healthCheck().contains("\"localEndpoints\": 0"));
    }

    @Test
    @Rule({"D8", "O8"})
    void aHostProcessIsNotReachedAtAServiceAddress(@TempDir Path directory) throws IOException {
        apply("externalTrafficPolicy: Cluster", "pod1a");
        awaitAnswer();
        try (LabDaemon _ = LabDaemon.start("node1", 9999, directory.resolve("daemon"))) {
            for (String address : new String[] {CLUSTER_IP, EXTERNAL_IP}) {
                assertThat(LabDaemon.probe("pod1b", "tcp", address, 9999)).isEqualTo("ConnectionRefusedError");
                assertThat(LabDaemon.probe("pod1b", "udp", address, 9999)).isEqualTo("ConnectionRefusedError");
            }
            assertThat(LabDaemon.probe("pod1b", "tcp", NODE1, 9999)).contains("daemon");
        }
    }

    private static String healthCheck() {
        return Lab.exec("outside", "curl", "-s", "-i", "--max-time", "2", "http://" + NODE1 + ":30990/")
                .out();
    }

    private static void apply(String spec, String... pods) {
        Lab.apply(LabServices.balancedService("policy", CLUSTER_IP, EXTERNAL_IP, spec)
                + LabServices.localSlice("policy", pods));
        Lab.lab(
                "exec",
                "control",
                "curl",
                "-fsk",
                "-X",
                "PATCH",
                "-H",
                "Authorization: Bearer lab-admin-token",
                "-H",
                "Content-Type: application/merge-patch+json",
                "https://192.168.77.10:6443/api/v1/namespaces/" + LabServices.NAMESPACE + "/services/policy/status",
                "-d",
                "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"" + BALANCER_IP + "\"}]}}}");
    }

    private static void awaitAnswer() {
        Await.until(
                "the Service answers at all its addresses",
                () -> curl("pod1b", CLUSTER_IP + ":80") == ANSWERED && curl("pod1b", BALANCER_IP + ":80") == ANSWERED);
    }

    private static int curl(String host, String address) {
        return Lab.exec(host, "curl", "-fsS", "-o", "/dev/null", "--max-time", "1", "http://" + address + "/")
                .status();
    }

    /** The pods that answer a dozen requests, sorted. */
    private static String pods(String host, String address) {
        return Lab.exec(
                        host,
                        "sh",
                        "-c",
                        "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -fsS --max-time 2 http://" + address
                                + "/ | cut -d' ' -f1; done | sort -u | tr '\\n' ' '")
                .out()
                .strip();
    }
}
