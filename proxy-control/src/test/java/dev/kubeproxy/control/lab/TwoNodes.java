package dev.kubeproxy.control.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The program on both nodes of the lab, both following one directory of manifests: so with today's objects, which the lab's API server
 * is too old for. The outside finds the external addresses of {@link TracedService} behind the node of their number.
 */
final class TwoNodes implements AutoCloseable {

    private static final List<String> PODS = List.of("pod1a", "pod1b", "pod1c", "pod2a", "pod2b");

    private static final String NODES =
            Stream.of(1, 2).map(number -> """
                apiVersion: v1
                kind: Node
                metadata: {name: node%1$d, labels: {topology.kubernetes.io/zone: zone-%1$d}}
                status:
                  addresses: [{type: InternalIP, address: 192.168.77.1%1$d}, {type: InternalIP, address: "fd00:77::1%1$d"}]
                ---
                """.formatted(number)).reduce("", String::concat);

    private final Path manifests;
    private final List<LabProxy> proxies = new ArrayList<>();

    private TwoNodes(Path manifests) {
        this.manifests = manifests;
    }

    /** Starts backends in all pods, routes from the outside, and both proxies with these flags. */
    static TwoNodes start(Path directory, String... flags) throws IOException {
        PODS.forEach(pod -> Lab.lab("backend", pod));
        route("replace");
        List.of("node1", "node2").forEach(TwoNodes::tellEveryRefusal);
        Files.writeString(directory.resolve("nodes.yaml"), NODES);
        TwoNodes nodes = new TwoNodes(directory);
        try {
            nodes.proxies.add(LabProxy.startOn("node1", directory, flags));
            nodes.proxies.add(LabProxy.startOn("node2", directory, flags));
        } catch (IOException | RuntimeException | Error e) {
            nodes.close();
            throw e;
        }
        return nodes;
    }

    /** What both nodes shall follow from now on, beside the Nodes. */
    void apply(String yaml) throws IOException {
        Path next = Files.writeString(manifests.resolveSibling(manifests.getFileName() + ".next"), yaml);
        Files.move(next, manifests.resolve("services.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Without the kernel's limits: one refused datagram a second that it tells a client of, and 50 at once that it tells of at all. */
    private static void tellEveryRefusal(String node) {
        Lab.exec(node, "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0");
        Lab.exec(node, "sysctl", "-qew", "net.ipv4.icmp_msgs_burst=10000", "net.ipv4.icmp_msgs_per_sec=100000");
    }

    private static void route(String verb) {
        for (String name : TracedService.destinations()) {
            if (name.startsWith("external") || name.startsWith("balancer")) {
                String[] addresses = TracedService.addresses(name);
                String[] via = TracedService.addresses("node" + name.charAt(name.length() - 1));
                for (int i = 0; i < addresses.length; i++) {
                    Lab.exec("outside", "ip", "route", verb, addresses[i], "via", via[i]);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (LabProxy proxy : proxies) {
            proxy.close();
        }
        route("del");
    }
}
