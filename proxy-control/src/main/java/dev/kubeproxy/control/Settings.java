package dev.kubeproxy.control;

import dev.kubeproxy.control.Setting.Group;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All settings that mean something here, by kube-proxy's names where it has them (rules N1, N4, N5). */
final class Settings {

    private static final String USERSPACE = "userspace";

    static final Setting<Optional<Path>> KUBECONFIG = new Setting<>(
            Group.SOURCE,
            "kubeconfig",
            "clientConnection.kubeconfig",
            Kind.PATH,
            "",
            "How to reach the API server; unset: the pod's service account");
    static final Setting<String> MASTER = new Setting<>(
            Group.SOURCE, "master", "", Kind.TEXT, "", "URL of the API server, instead of the kubeconfig's");
    static final Setting<Optional<Path>> MANIFESTS = new Setting<>(
            Group.SOURCE,
            "manifests",
            "",
            Kind.DIRECTORY,
            "",
            "Serve what this directory's YAML files describe, followed live");
    static final Setting<String> SERVICE_PROXY_NAME = new Setting<>(
            Group.SOURCE,
            "service-proxy-name",
            "",
            Kind.TEXT,
            "",
            "Serve only Services labelled for the proxy of this name");
    static final Setting<String> PROXY_MODE = new Setting<>(
            Group.SOURCE,
            "proxy-mode",
            "mode",
            new Kind<>(Kind.Shape.STRING, "MODE", Settings::mode),
            "",
            "userspace, the one mode of this proxy");

    static final Setting<List<Cidr>> SERVICE_CLUSTER_IP_RANGE = new Setting<>(
            Group.ADDRESSES,
            "service-cluster-ip-range",
            "",
            Kind.CIDRS,
            "10.96.0.0/12",
            "ClusterIPs, a range for each family; manifests get theirs from it");
    static final Setting<List<Cidr>> CLUSTER_CIDR = new Setting<>(
            Group.ADDRESSES,
            "cluster-cidr",
            "clusterCIDR",
            Kind.CIDRS,
            "",
            "Pods, a range for each family; must not overlap the ClusterIPs");
    static final Setting<NodePortAddresses> NODEPORT_ADDRESSES = new Setting<>(
            Group.ADDRESSES,
            "nodeport-addresses",
            "nodePortAddresses",
            Kind.NODE_PORT_ADDRESSES,
            "",
            "Serve NodePorts on the node's addresses in these; unset: on all");
    static final Setting<InetAddress> BIND_ADDRESS = new Setting<>(
            Group.ADDRESSES,
            "bind-address",
            "bindAddress",
            Kind.IP,
            "0.0.0.0",
            "This node's IP; 0.0.0.0 or ::, as its Node says. Its family is that of the ports below");
    static final Setting<String> HOSTNAME_OVERRIDE = new Setting<>(
            Group.ADDRESSES,
            "hostname-override",
            "hostnameOverride",
            Kind.TEXT,
            "",
            "Name of this node's Node; unset: the hostname");

    static final Setting<Optional<Duration>> UDP_TIMEOUT = new Setting<>(
            Group.BEHAVIOUR,
            "udp-timeout",
            "udpIdleTimeout",
            Kind.OPTIONAL_DURATION,
            "",
            "Life of an idle UDP session; unset: 30s, 120s after a second exchange");
    static final Setting<Duration> DRAIN_TIMEOUT = new Setting<>(
            Group.BEHAVIOUR,
            "drain-timeout",
            "",
            Kind.DURATION,
            "30s",
            "Time for open connections to end after SIGTERM");
    static final Setting<String> DRAIN_POLICY = new Setting<>(
            Group.BEHAVIOUR,
            "drain-policy",
            "",
            Kind.choice("keep", "close"),
            "keep",
            "What becomes of TCP connections whose endpoint is gone");
    static final Setting<String> TRANSPORT = new Setting<>(
            Group.BEHAVIOUR,
            "transport",
            "",
            Kind.choice("auto", "epoll", "io_uring", "nio"),
            "auto",
            "How sockets are driven; io_uring is an experiment");
    static final Setting<String> SERVICE_CAPTURE = new Setting<>(
            Group.BEHAVIOUR,
            "service-capture",
            "",
            Kind.choice("auto", "sk-lookup", "bind"),
            "auto",
            "How service addresses reach the proxy: sk-lookup takes no port from the host");
    static final Setting<Integer> EVENT_LOOPS = new Setting<>(
            Group.BEHAVIOUR,
            "event-loops",
            "",
            Kind.integer(0, 1024),
            "0",
            "Threads that move data; 0: one for each core");
    static final Setting<Duration> SYNC_PERIOD = new Setting<>(
            Group.BEHAVIOUR,
            "iptables-sync-period",
            "iptables.syncPeriod",
            Kind.SECONDS,
            "30s",
            "Time after which everything is looked over again, 1s or more");
    static final Setting<Duration> MIN_SYNC_PERIOD = new Setting<>(
            Group.BEHAVIOUR,
            "iptables-min-sync-period",
            "iptables.minSyncPeriod",
            Kind.DURATION,
            "0s",
            "Least time between two changes that take effect");
    static final Setting<Integer> OOM_SCORE_ADJ = new Setting<>(
            Group.BEHAVIOUR,
            "oom-score-adj",
            "oomScoreAdj",
            Kind.integer(-1000, 1000),
            "-999",
            "This process before the out-of-memory killer");

    static final Setting<Optional<InetSocketAddress>> HEALTHZ_BIND_ADDRESS = new Setting<>(
            Group.HEALTH,
            "healthz-bind-address",
            "healthzBindAddress",
            Kind.ipPort(10256),
            "0.0.0.0:10256",
            "Answers /healthz, /livez and /readyz; empty or port 0: off");
    static final Setting<Optional<InetSocketAddress>> METRICS_BIND_ADDRESS = new Setting<>(
            Group.HEALTH,
            "metrics-bind-address",
            "metricsBindAddress",
            Kind.ipPort(10249),
            "127.0.0.1:10249",
            "Answers /metrics; empty or port 0: off");
    static final Setting<Integer> HEALTHZ_PORT = new Setting<>(
            Group.HEALTH,
            "healthz-port",
            "",
            Kind.integer(0, 65535),
            "10256",
            "Deprecated: the port of --healthz-bind-address; 0: off");
    static final Setting<Integer> METRICS_PORT = new Setting<>(
            Group.HEALTH,
            "metrics-port",
            "",
            Kind.integer(0, 65535),
            "10249",
            "Deprecated: the port of --metrics-bind-address; 0: off");
    static final Setting<Boolean> PROFILING = new Setting<>(
            Group.HEALTH,
            "profiling",
            "enableProfiling",
            Kind.BOOLEAN,
            "false",
            "Answer /debug/ at --metrics-bind-address: threads, heap, recordings, verbosity");
    static final Setting<Boolean> BIND_ADDRESS_HARD_FAIL = new Setting<>(
            Group.HEALTH,
            "bind-address-hard-fail",
            "bindAddressHardFail",
            Kind.BOOLEAN,
            "false",
            "Exit when one of these ports is taken, instead of trying again");

    static final Setting<Integer> VERBOSITY = new Setting<>(
            Group.LOGGING,
            "v",
            "logging.verbosity",
            Kind.integer(0, 100),
            "0",
            "0: what operators want; 2: listeners; 3: connections; 6: libraries");
    static final Setting<String> LOGGING_FORMAT = new Setting<>(
            Group.LOGGING,
            "logging-format",
            "logging.format",
            Kind.choice("text", "json"),
            "text",
            "Format of log lines on stderr");

    static final Setting<Optional<Path>> CONFIG = new Setting<>(
            Group.PROGRAM,
            "config",
            "",
            Kind.PATH,
            "",
            "A KubeProxyConfiguration; what it has fields for, flags do not set");
    static final Setting<Boolean> CONFIG_RELOAD = new Setting<>(
            Group.PROGRAM,
            "config-reload",
            "",
            Kind.BOOLEAN,
            "false",
            "Take in what changes in that file where possible; else the proxy ends, to be started anew");
    static final Setting<Optional<Path>> WRITE_CONFIG_TO = new Setting<>(
            Group.PROGRAM, "write-config-to", "", Kind.PATH, "", "Write the configuration as such a file and exit");
    static final Setting<Boolean> CLEANUP = new Setting<>(
            Group.PROGRAM, "cleanup", "", Kind.BOOLEAN, "false", "Remove what earlier runs left on this node and exit");
    static final Setting<Boolean> INIT_ONLY = new Setting<>(
            Group.PROGRAM,
            "init-only",
            "",
            Kind.BOOLEAN,
            "false",
            "Exit at once: there is nothing to prepare with more rights");

    static final List<Setting<?>> ALL = Stream.of(
                    List.<Setting<?>>of(
                            KUBECONFIG,
                            MASTER,
                            MANIFESTS,
                            SERVICE_PROXY_NAME,
                            PROXY_MODE,
                            SERVICE_CLUSTER_IP_RANGE,
                            CLUSTER_CIDR,
                            NODEPORT_ADDRESSES,
                            BIND_ADDRESS,
                            HOSTNAME_OVERRIDE,
                            UDP_TIMEOUT,
                            DRAIN_TIMEOUT,
                            DRAIN_POLICY,
                            TRANSPORT,
                            SERVICE_CAPTURE,
                            EVENT_LOOPS,
                            SYNC_PERIOD,
                            MIN_SYNC_PERIOD,
                            OOM_SCORE_ADJ,
                            HEALTHZ_BIND_ADDRESS,
                            METRICS_BIND_ADDRESS,
                            HEALTHZ_PORT,
                            METRICS_PORT,
                            PROFILING,
                            BIND_ADDRESS_HARD_FAIL,
                            VERBOSITY,
                            LOGGING_FORMAT,
                            CONFIG,
                            CONFIG_RELOAD,
                            WRITE_CONFIG_TO,
                            CLEANUP,
                            INIT_ONLY),
                    AddressSettings.ALL,
                    TelemetrySettings.ALL,
                    IgnoredSettings.ALL)
            .flatMap(List::stream)
            .toList();

    private Settings() {}

    /** Rule N7: the other modes are kube-proxy's own business. */
    private static String mode(String text) {
        return switch (text) {
            case "", USERSPACE -> USERSPACE;
            case "iptables", "ipvs", "nftables", "kernelspace" ->
                throw new IllegalArgumentException(
                        "this proxy has only the mode userspace; the modes iptables, ipvs, nftables and kernelspace"
                                + " are kube-proxy's");
            default ->
                throw new IllegalArgumentException(
                        "no such mode; this proxy has only the mode userspace (kube-proxy has iptables, ipvs, nftables"
                                + " and kernelspace)");
        };
    }
}
