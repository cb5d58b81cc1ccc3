package dev.kubeproxy.control;

import dev.kubeproxy.control.Setting.Group;
import java.util.List;

/**
 * The settings of kube-proxy, of 1.20 and of today, that mean nothing in userspace mode. Their values are still checked,
 * as kube-proxy would (rules N1, N6).
 */
final class IgnoredSettings {

    private static final Kind<Integer> COUNT = Kind.integer(0, Integer.MAX_VALUE);

    /** NodePorts stay on loopback addresses whatever it says (rule H7), which {@link Advice} tells. */
    static final Setting<Boolean> LOCALHOST_NODE_PORTS =
            both("iptables-localhost-nodeports", "iptables.localhostNodePorts", Kind.BOOLEAN, "true");

    static final List<Setting<?>> ALL = List.of(
            both(
                    "kube-api-content-type",
                    "clientConnection.contentType",
                    Kind.TEXT,
                    "application/vnd.kubernetes.protobuf"),
            both("kube-api-qps", "clientConnection.qps", Kind.DECIMAL, "5"),
            both("kube-api-burst", "clientConnection.burst", COUNT, "10"),
            field("clientConnection.acceptContentTypes", Kind.TEXT),
            both("config-sync-period", "configSyncPeriod", Kind.POSITIVE_DURATION, "15m"),
            both("show-hidden-metrics-for-version", "showHiddenMetricsForVersion", Kind.VERSION),
            both("proxy-port-range", "portRange", Kind.PORT_RANGE),
            flag("cleanup-ipvs", Kind.BOOLEAN),
            both("masquerade-all", "iptables.masqueradeAll", Kind.BOOLEAN),
            both("iptables-masquerade-bit", "iptables.masqueradeBit", Kind.integer(0, 31), "14"),
            LOCALHOST_NODE_PORTS,
            both("ipvs-sync-period", "ipvs.syncPeriod", Kind.POSITIVE_DURATION, "30s"),
            both("ipvs-min-sync-period", "ipvs.minSyncPeriod", Kind.DURATION),
            both("ipvs-scheduler", "ipvs.scheduler", Kind.TEXT),
            both(
                    "ipvs-exclude-cidrs",
                    "ipvs.excludeCIDRs",
                    new Kind<>(Kind.Shape.LIST, "CIDR,...", Kind.CIDRS.parser())),
            both("ipvs-tcp-timeout", "ipvs.tcpTimeout", Kind.DURATION),
            both("ipvs-tcpfin-timeout", "ipvs.tcpFinTimeout", Kind.DURATION),
            both("ipvs-udp-timeout", "ipvs.udpTimeout", Kind.DURATION),
            field("ipvs.masqueradeBit", Kind.integer(0, 31)),
            field("ipvs.masqueradeAll", Kind.BOOLEAN),
            both("", "nftables.masqueradeBit", Kind.integer(0, 31), "14"),
            field("nftables.masqueradeAll", Kind.BOOLEAN),
            both("", "nftables.syncPeriod", Kind.POSITIVE_DURATION, "30s"),
            both("", "nftables.minSyncPeriod", Kind.DURATION, "1s"),
            field("winkernel.networkName", Kind.TEXT),
            field("winkernel.sourceVip", Kind.TEXT),
            field("winkernel.enableDSR", Kind.BOOLEAN),
            field("winkernel.rootHnsEndpointName", Kind.TEXT),
            field("winkernel.forwardHealthCheckVip", Kind.BOOLEAN),
            field("windowsRunAsService", Kind.BOOLEAN),
            both("conntrack-max-per-core", "conntrack.maxPerCore", COUNT, "32768"),
            both("conntrack-min", "conntrack.min", COUNT, "131072"),
            both("conntrack-tcp-timeout-established", "conntrack.tcpEstablishedTimeout", Kind.DURATION, "24h"),
            both("conntrack-tcp-timeout-close-wait", "conntrack.tcpCloseWaitTimeout", Kind.DURATION, "1h"),
            both("conntrack-tcp-be-liberal", "conntrack.tcpBeLiberal", Kind.BOOLEAN),
            both("conntrack-udp-timeout", "conntrack.udpTimeout", Kind.DURATION),
            both("conntrack-udp-timeout-stream", "conntrack.udpStreamTimeout", Kind.DURATION),
            field("conntrack.max", COUNT),
            both("vmodule", "logging.vmodule", Kind.ANYTHING),
            both("log-flush-frequency", "logging.flushFrequency", Kind.ANYTHING),
            both("log-text-split-stream", "logging.options.text.splitStream", Kind.BOOLEAN),
            both("log-text-info-buffer-size", "logging.options.text.infoBufferSize", Kind.ANYTHING),
            both("log-json-split-stream", "logging.options.json.splitStream", Kind.BOOLEAN),
            both("log-json-info-buffer-size", "logging.options.json.infoBufferSize", Kind.ANYTHING),
            field("logging.sanitization", Kind.BOOLEAN),
            flag("boot-id-file", Kind.TEXT),
            flag("machine-id-file", Kind.TEXT),
            flag("add-dir-header", Kind.BOOLEAN),
            flag("alsologtostderr", Kind.BOOLEAN),
            flag("log-backtrace-at", Kind.TEXT),
            flag("log-dir", Kind.TEXT),
            flag("log-file", Kind.TEXT),
            flag("log-file-max-size", COUNT),
            flag("logtostderr", Kind.BOOLEAN),
            flag("one-output", Kind.BOOLEAN),
            flag("skip-headers", Kind.BOOLEAN),
            flag("skip-log-headers", Kind.BOOLEAN),
            flag("stderrthreshold", Kind.TEXT));

    private IgnoredSettings() {}

    private static <T> Setting<T> both(String flag, String field, Kind<T> kind) {
        return both(flag, field, kind, "");
    }

    /** @param fallback kube-proxy's default (rule N5), for {@code --write-config-to} */
    private static <T> Setting<T> both(String flag, String field, Kind<T> kind, String fallback) {
        return new Setting<>(Group.IGNORED, flag, field, kind, fallback, "");
    }

    private static <T> Setting<T> flag(String flag, Kind<T> kind) {
        return both(flag, "", kind);
    }

    private static <T> Setting<T> field(String field, Kind<T> kind) {
        return both("", field, kind);
    }
}
