package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Service addresses by the kernel's socket lookup on a node: beside host processes, beside another run, after its end. */
class SteeringLabIT {

    private static final String CLUSTER_IP = "10.96.7.9";
    private static final String CLUSTER_IP6 = "fd00:10:96::79";
    private static final String NODE1 = "192.168.77.11";

    @TempDir
    Path directory;

    private final List<AutoCloseable> started = new ArrayList<>();

    @BeforeAll
    static void labIsUp() {
        Lab.requireUp();
    }

    @BeforeEach
    void createService() {
        for (String pod : new String[] {"pod1a", "pod2a"}) {
            Lab.lab("backend", pod);
        }
        Lab.lab("kubectl", "create", "namespace", LabServices.NAMESPACE);
        Lab.apply(LabServices.dualStackService("steered", CLUSTER_IP, CLUSTER_IP6)
                + LabServices.slice("steered", "pod1a", "pod2a")
                + LabServices.slice6("steered", "pod1a", "pod2a"));
    }

    @AfterEach
    void endAll() throws Exception {
        for (AutoCloseable one : started) {
            one.close();
        }
        Lab.lab("kubectl", "-n", LabServices.NAMESPACE, "delete", "services,endpointslices", "--all", "--wait=false");
        LabProxy.cleanup();
    }

    @Test
    @Rule("O8")
    void aServiceIsServedBesideAHostProcessThatHadItsPortBefore() throws IOException {
        startDaemon(80);
        try (LabProxy proxy = LabProxy.start()) {
            assertBothAnswer(proxy);
        }
    }

    @Test
    void aHostProcessTakesThePortOfAServiceThatIsServed() throws IOException {
        try (LabProxy proxy = LabProxy.start()) {
            awaitService();
            startDaemon(80);
            assertBothAnswer(proxy);
        }
    }

    @Test
    @Rule({"D8", "O8"})
    void aPortThatTheServiceDoesNotHaveIsRefusedThoughAHostProcessHasIt() throws IOException {
        startDaemon(9999);
        try (LabProxy _ = LabProxy.start()) {
            awaitService();
            for (String host : new String[] {"pod1b", "node1"}) {
                for (String address : new String[] {CLUSTER_IP, CLUSTER_IP6}) {
                    assertThat(LabDaemon.probe(host, "tcp", address, 9999)).isEqualTo("ConnectionRefusedError");
                    assertThat(LabDaemon.probe(host, "udp", address, 9999)).isEqualTo("ConnectionRefusedError");
                }
            }
            assertThat(http("pod1b", NODE1 + ":9999")).isEqualTo("daemon");
        }
    }

    @Test
    @Rule("N10")
    void aKilledProcessLeavesNothingInTheKernelButItsRoutes() throws Exception {
        LabProxy proxy = LabProxy.start();
        assertThat(Lab.exec("node1", "bpftool", "link").out()).contains("sk_lookup");
        proxy.kill();
        Await.until("nothing is left", () -> !bpf().contains("sk_lookup") && !bpf().contains("kp_"));
        assertThat(LabProxy.cleanup().status()).isZero();
        assertThat(Lab.exec("node1", "ip", "route", "show", "table", "local").out())
                .doesNotContain("proto 182");
    }

    @Test
    @Rule("O5")
    void theNextRunTakesOverWhileTheFirstIsThere() throws Exception {
        LabProxy first = LabProxy.start();
        started.add(first);
        awaitService();
        Path failures = directory.resolve("failures");
        Process client = Lab.start("pod1b", failures, List.of("sh", "-c", """
            while :; do curl -fsS --max-time 2 http://%s/ >/dev/null; done""".formatted(CLUSTER_IP)));
        started.add(client::destroyForcibly);
        try (LabProxy next = LabProxy.start("--healthz-bind-address=", "--metrics-bind-address=")) {
            Await.until("the next serves", () -> next.log().contains("Listening on " + CLUSTER_IP + ":53/UDP"));
            first.terminate();
            assertThat(first.exitStatus()).isZero();
            assertThat(LabDaemon.probe("pod1b", "udp", CLUSTER_IP, 53)).contains("hi");
            assertThat(http("pod1b", CLUSTER_IP)).startsWith("pod");
            client.destroyForcibly();
            assertThat(Files.readString(failures)).isEmpty();
        }
    }

    @Test
    void withoutTheRightsItBindsAndSaysSo() throws IOException {
        try (LabProxy proxy = LabProxy.startWithout("bpf", "sys_admin")) {
            awaitService();
            assertThat(proxy.log())
                    .contains("captured by binding to them, for want of socket lookup", "not permitted")
                    .contains("Service addresses are captured by bind");
            assertThat(Lab.exec("node1", "ss", "-Hlnt").out()).contains(CLUSTER_IP + ":80");
        }
    }

    private static void assertBothAnswer(LabProxy proxy) throws IOException {
        awaitService();
        for (String host : new String[] {"pod1b", "node1"}) {
            assertThat(http(host, CLUSTER_IP)).startsWith("pod");
            assertThat(http(host, "[" + CLUSTER_IP6 + "]")).startsWith("pod");
            assertThat(http(host, NODE1)).isEqualTo("daemon");
            assertThat(http(host, "[fd00:77::11]")).isEqualTo("daemon");
        }
        assertThat(proxy.log()).doesNotContain("Cannot listen on " + CLUSTER_IP + ":80/TCP");
    }

    private static void awaitService() {
        Await.until(
                "the Service answers",
                () -> http("pod1b", CLUSTER_IP).startsWith("pod")
                        && http("pod1b", "[" + CLUSTER_IP6 + "]").startsWith("pod"));
    }

    private void startDaemon(int port) throws IOException {
        started.add(LabDaemon.start("node1", port, directory.resolve("daemon-" + port)));
    }

    private static String http(String host, String address) {
        Lab.Result result = Lab.exec(host, "curl", "-gfsS", "--max-time", "2", "http://" + address + "/");
        return result.status() == 0 ? result.out() : "";
    }

    private static String bpf() {
        return Lab.exec("node1", "bpftool", "link").out()
                + Lab.exec("node1", "bpftool", "prog").out()
                + Lab.exec("node1", "bpftool", "map").out();
    }
}
