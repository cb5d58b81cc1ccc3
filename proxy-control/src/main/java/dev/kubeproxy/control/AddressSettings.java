package dev.kubeproxy.control;

import dev.kubeproxy.control.Setting.Group;
import dev.kubeproxy.server.model.Cidr;
import java.util.List;

/** The settings that say which addresses are served, how they are answered for, and whose clients are local (rule N1). */
final class AddressSettings {

    /** The gate by which newer kube-proxies stop to serve {@code spec.externalIPs} (rule I3). */
    private static final String EXTERNAL_IPS_GATE = "AllowServiceExternalIPs";

    static final Setting<String> DETECT_LOCAL_MODE = new Setting<>(
            Group.ADDRESSES,
            "detect-local-mode",
            "detectLocalMode",
            Kind.choice("", "ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix"),
            "",
            "How clients in this node's pods are told from others; unset: ClusterCIDR");
    static final Setting<String> POD_BRIDGE_INTERFACE = new Setting<>(
            Group.ADDRESSES,
            "pod-bridge-interface",
            "detectLocal.bridgeInterface",
            Kind.INTERFACE,
            "",
            "The bridge this node's pods are on, for BridgeInterface");
    static final Setting<String> POD_INTERFACE_NAME_PREFIX = new Setting<>(
            Group.ADDRESSES,
            "pod-interface-name-prefix",
            "detectLocal.interfaceNamePrefix",
            Kind.INTERFACE,
            "",
            "How names of pods' interfaces begin, for InterfaceNamePrefix");
    static final Setting<List<Cidr>> LOCAL_CLUSTER_CIDRS = new Setting<>(
            Group.IGNORED,
            "",
            "detectLocal.clusterCIDRs",
            new Kind<>(Kind.Shape.LIST, "CIDR,...", Kind.CIDRS.parser()),
            "",
            "");
    static final Setting<Boolean> STRICT_ARP = new Setting<>(
            Group.ADDRESSES,
            "strict-arp",
            "",
            Kind.BOOLEAN,
            "false",
            "Answer ARP for service addresses only on the interface that has them");
    static final Setting<Boolean> IPVS_STRICT_ARP = new Setting<>(
            Group.ADDRESSES, "ipvs-strict-arp", "ipvs.strictARP", Kind.BOOLEAN, "false", "The same as --strict-arp");
    static final Setting<Boolean> EXTERNAL_IPS = new Setting<>(
            Group.ADDRESSES,
            "external-ips",
            "",
            Kind.BOOLEAN,
            "true",
            "Serve the externalIPs of Services; --external-ips=false leaves them alone");
    static final Setting<List<String>> FEATURE_GATES = new Setting<>(
            Group.ADDRESSES,
            "feature-gates",
            "featureGates",
            Kind.GATES,
            "",
            EXTERNAL_IPS_GATE + "=false is --external-ips=false; others mean nothing here");

    static final List<Setting<?>> ALL = List.of(
            DETECT_LOCAL_MODE,
            POD_BRIDGE_INTERFACE,
            POD_INTERFACE_NAME_PREFIX,
            LOCAL_CLUSTER_CIDRS,
            STRICT_ARP,
            IPVS_STRICT_ARP,
            EXTERNAL_IPS,
            FEATURE_GATES);

    private AddressSettings() {}

    static boolean strictArp(Values values) {
        return values.read(STRICT_ARP) || values.read(IPVS_STRICT_ARP);
    }

    static boolean externalIps(Values values) {
        boolean gate = values.read(FEATURE_GATES).stream()
                .filter(item -> item.startsWith(EXTERNAL_IPS_GATE + "="))
                .map(item -> Kind.BOOLEAN.parse(item.substring(EXTERNAL_IPS_GATE.length() + 1)))
                .reduce(true, (_, last) -> last);
        return gate && values.read(EXTERNAL_IPS);
    }

    /** What the mode needs beside it must be there; a cluster range may be missing, as for kube-proxy, and says nothing. */
    static LocalDetection localDetection(Values values, List<Cidr> clusterCidr) {
        return switch (values.read(DETECT_LOCAL_MODE)) {
            case "NodeCIDR" -> new LocalDetection.NodeCidr();
            case "BridgeInterface" -> new LocalDetection.BridgeInterface(needed(values, POD_BRIDGE_INTERFACE));
            case "InterfaceNamePrefix" ->
                new LocalDetection.InterfaceNamePrefix(needed(values, POD_INTERFACE_NAME_PREFIX));
            default -> {
                List<Cidr> own = values.read(LOCAL_CLUSTER_CIDRS);
                List<Cidr> pods = own.isEmpty() ? clusterCidr : own;
                yield pods.isEmpty() ? new LocalDetection.None() : new LocalDetection.ClusterCidr(pods);
            }
        };
    }

    private static String needed(Values values, Setting<String> setting) {
        String name = values.read(setting);
        if (name.isEmpty()) {
            values.refuse("%s: %s needs %s"
                    .formatted(
                            values.where(DETECT_LOCAL_MODE),
                            values.text(DETECT_LOCAL_MODE),
                            "--" + setting.flag() + " or " + setting.field()));
        }
        return name;
    }
}
