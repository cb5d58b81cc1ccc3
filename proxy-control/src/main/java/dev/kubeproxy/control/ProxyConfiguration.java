package dev.kubeproxy.control;

import dev.kubeproxy.control.access.AccessLog;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.server.metrics.PerService;
import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** All that the operator decides, checked: made once at start by {@link ConfigurationReader}, and immutable. */
public record ProxyConfiguration(
        Source source,
        Services services,
        Node node,
        Traffic traffic,
        Pacing pacing,
        Ports ports,
        Logging logging,
        Telemetry telemetry) {

    /** Where Services and endpoints come from. */
    public sealed interface Source {

        /**
         * A cluster's API server; with neither, as the pod's service account says (rule N11).
         *
         * @param master its URL, instead of the kubeconfig's
         */
        record Kubernetes(Optional<Path> kubeconfig, Optional<String> master) implements Source {

            public boolean inCluster() {
                return kubeconfig.isEmpty() && master.isEmpty();
            }
        }

        /** A directory of YAML files. */
        record Manifests(Path directory) implements Source {}
    }

    /**
     * Which Services are served, and in which ranges.
     *
     * @param proxyName serve only those labelled with it (rule A3); empty: those without the label
     * @param clusterIpRanges one for each family at most, never none
     * @param podRanges {@code --cluster-cidr}, one for each family at most
     * @param externalIps false: {@code spec.externalIPs} is passed over (rule I3)
     */
    public record Services(
            String proxyName,
            List<Cidr> clusterIpRanges,
            List<Cidr> podRanges,
            NodePortAddresses nodePortAddresses,
            boolean externalIps) {

        public Services {
            clusterIpRanges = List.copyOf(clusterIpRanges);
            podRanges = List.copyOf(podRanges);
        }
    }

    /**
     * This node.
     *
     * @param name of its Node object, in lower case (rule N8)
     * @param bindAddress its IP where the operator names it (rule N12)
     * @param localDetection which clients are its own pods (rule D5)
     * @param strictArp answer ARP for an address only on the interface that has it
     */
    public record Node(
            String name,
            int oomScoreAdj,
            Optional<InetAddress> bindAddress,
            LocalDetection localDetection,
            boolean strictArp) {}

    /**
     * How data moves.
     *
     * @param udpTimeout where absent, 30 s after a single exchange and 120 s after more
     * @param drainPolicy {@code keep} or {@code close}, of Services that do not say themselves (rule D9)
     * @param transport {@code auto}, {@code epoll}, {@code io_uring} or {@code nio}
     * @param capture {@code auto}, {@code sk-lookup} or {@code bind}
     * @param eventLoops 0: one for each core
     */
    public record Traffic(
            Optional<Duration> udpTimeout,
            Duration drainTimeout,
            String drainPolicy,
            String transport,
            String capture,
            int eventLoops) {}

    /** How often the control plane acts (rule O3). */
    public record Pacing(Duration syncPeriod, Duration minSyncPeriod) {}

    /**
     * The health and metrics ports; absent where switched off (rules K1, K9).
     *
     * @param profiling clients of the metrics port may look into the process and set how much is logged
     * @param hardFail end when one of them cannot be bound
     */
    public record Ports(
            Optional<InetSocketAddress> healthz,
            Optional<InetSocketAddress> metrics,
            boolean profiling,
            boolean hardFail) {}

    /**
     * How much is told of the traffic.
     *
     * @param exemplars name backends beside the times of dials
     * @param accessLog absent where connections are not logged
     */
    public record Telemetry(PerService perService, boolean exemplars, Optional<AccessLog.Options> accessLog) {}

    /** What is logged and how; {@code verbosity} as klog counts it. */
    public record Logging(int verbosity, boolean json) {}
}
