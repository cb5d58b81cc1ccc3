package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The program on a node of a cluster with a real API server: who reaches what, and what survives what. */
class ClusterLabIT {

    private static final String CLUSTER_IP = "10.96.7.7";
    private static final String NODE1 = "192.168.77.11";
    /** Takes an answer from wherever it comes, unlike a connected socket, and prints it if it is from who was asked. */
    private static final String UDP_CLIENT = """
        import socket, sys
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.settimeout(2)
        client.sendto(b"hi", (sys.argv[1], int(sys.argv[2])))
        answer, source = client.recvfrom(99)
        print(answer.decode() if source == (sys.argv[1], int(sys.argv[2])) else source)
        """;

    private static LabProxy proxy;

    @BeforeAll
    static void startProxy() throws IOException {
        Lab.requireUp();
        for (String pod : new String[] {"pod1a", "pod1b", "pod2a"}) {
            Lab.lab("backend", pod);
            Await.until(
                    pod + " serves",
                    () -> Lab.exec(pod, "curl", "-fsS", "http://127.0.0.1:8080/")
                                    .status()
                            == 0);
        }
        Lab.lab("kubectl", "create", "namespace", LabServices.NAMESPACE);
        proxy = LabProxy.start();
    }

    @AfterAll
    static void stopProxy() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
    }

    @BeforeEach
    void createService() {
        Lab.apply(LabServices.service("web", CLUSTER_IP) + LabServices.slice("web", "pod1a", "pod1b", "pod2a"));
        Await.until(
                "the Service answers", () -> !http("pod1b", CLUSTER_IP + ":80").isEmpty());
    }

    @AfterEach
    void deleteServices() {
        Lab.lab("kubectl", "-n", LabServices.NAMESPACE, "delete", "services,endpointslices", "--all", "--wait=false");
        Await.until(
                "the Service is refused",
                () -> http("pod1b", CLUSTER_IP + ":80").isEmpty());
    }

    @Test
    void clusterIpAnswersPodAndNodeWithEveryPodInTurn() {
        assertThat(pods("pod1b", CLUSTER_IP + ":80")).containsExactly("pod1a", "pod1b", "pod2a");
        assertThat(pods("node1", CLUSTER_IP + ":80")).containsExactly("pod1a", "pod1b", "pod2a");
    }

    @Test
    void nodePortAnswersTheOutsideWithEveryPodInTurn() {
        assertThat(pods("outside", NODE1 + ":30080")).containsExactly("pod1a", "pod1b", "pod2a");
    }

    @Test
    @Rule("G1")
    void udpAnswersFromTheAddressThatWasAsked() {
        for (String[] client :
                new String[][] {{"pod1b", CLUSTER_IP, "53"}, {"node1", CLUSTER_IP, "53"}, {"outside", NODE1, "30053"}
                }) {
            Set<String> answers = new TreeSet<>();
            Await.until("every pod answers " + client[0], () -> {
                answers.add(firstWord(udp(client[0], client[1], client[2])));
                return answers.containsAll(Set.of("pod1a", "pod1b", "pod2a"));
            });
        }
    }

    @Test
    void theApiServerIsReachedThroughItsOwnService() {
        Lab.Result ready = Lab.exec("pod1a", "curl", "-fsSk", "--max-time", "5", "https://10.96.0.1:443/readyz");
        assertThat(ready.out()).isEqualTo("ok");
    }

    @Test
    @Rule("D1")
    void changedEndpointsTakeEffectAndNoneAreRefused() {
        Lab.apply(LabServices.slice("web", "pod2a"));
        Await.until(
                "only pod2a answers", () -> pods("pod1b", CLUSTER_IP + ":80").equals(Set.of("pod2a")));
        Lab.apply(LabServices.slice("web"));
        Await.until("nobody answers", () -> curl("pod1b", CLUSTER_IP + ":80").status() == 7);
        Lab.apply(LabServices.slice("web", "pod1a"));
        Await.until("pod1a answers", () -> pods("pod1b", CLUSTER_IP + ":80").equals(Set.of("pod1a")));
    }

    @Test
    @Rule("A3")
    void theLabelOfAnotherProxyTakesAServiceAwayAndGivesItBack() {
        label("service.kubernetes.io/service-proxy-name=other");
        Await.until("refused", () -> http("pod1b", CLUSTER_IP + ":80").isEmpty());
        label("service.kubernetes.io/service-proxy-name-");
        Await.until("served", () -> !http("pod1b", CLUSTER_IP + ":80").isEmpty());
    }

    @Test
    @Rule("O4")
    void servicesAreServedWhileTheApiServerIsAwayAndChangesAfterItsReturn() {
        Lab.lab("apiserver", "stop");
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(http("pod1b", CLUSTER_IP + ":80")).startsWith("pod");
            }
        } finally {
            Lab.lab("apiserver", "start");
        }
        Lab.apply(LabServices.plainService("late", "10.96.7.8") + LabServices.slice("late", "pod1a"));
        Await.until(
                "the new Service answers", () -> http("pod1b", "10.96.7.8:80").startsWith("pod1a"));
        assertThat(http("pod1b", CLUSTER_IP + ":80")).startsWith("pod");
        assertThat(proxy.isAlive()).isTrue();
    }

    private static void label(String label) {
        Lab.lab("kubectl", "-n", LabServices.NAMESPACE, "label", "service", "web", label);
    }

    /** Which pods answer thirty requests. */
    private static Set<String> pods(String host, String address) {
        Set<String> pods = new TreeSet<>();
        for (int i = 0; i < 30; i++) {
            pods.add(firstWord(http(host, address)));
        }
        return pods;
    }

    /** The answer, "POD CLIENT", or nothing. */
    private static String http(String host, String address) {
        Lab.Result result = curl(host, address);
        return result.status() == 0 ? result.out() : "";
    }

    private static Lab.Result curl(String host, String address) {
        return Lab.exec(host, "curl", "-fsS", "--max-time", "5", "http://" + address + "/");
    }

    /** The pod in "POD CLIENT". */
    private static String firstWord(String answer) {
        int end = answer.indexOf(' ');
        return end < 0 ? answer : answer.substring(0, end);
    }

    private static String udp(String host, String address, String port) {
        return Lab.exec(host, "python3", "-c", UDP_CLIENT, address, port).out();
    }
}
