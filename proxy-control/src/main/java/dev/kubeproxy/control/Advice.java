package dev.kubeproxy.control;

import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What kube-proxy warns an operator of who runs with settings that work but are seldom meant (rules H6, H7, N2). */
final class Advice {

    private static final Cidr LOOPBACK = Cidr.parse("127.0.0.0/8");

    private Advice() {}

    static List<String> on(Values values, boolean fromFile) {
        List<String> advice = new ArrayList<>();
        if (!fromFile
                && values.settings().stream()
                        .anyMatch(setting -> !setting.field().isEmpty())) {
            advice.add("All flags other than --config, --write-config-to, and --cleanup are deprecated in kube-proxy;"
                    + " a configuration file sets the same, and --write-config-to writes it");
        }
        if (values.read(Settings.NODEPORT_ADDRESSES)
                .equals(Settings.NODEPORT_ADDRESSES.kind().parse(""))) {
            advice.add("nodePortAddresses is unset; NodePort connections will be accepted on all local IPs. Consider"
                    + " using `--nodeport-addresses primary`");
        }
        if (!values.read(IgnoredSettings.LOCALHOST_NODE_PORTS)
                && onLoopback(values.read(Settings.NODEPORT_ADDRESSES))) {
            advice.add("--iptables-localhost-nodeports=false (iptables.localhostNodePorts) has no effect: NodePorts are"
                    + " served on 127.0.0.0/8, too. `--nodeport-addresses primary`, or ranges without it, closes"
                    + " them there");
        }
        boolean modeIsWritten = !values.read(AddressSettings.DETECT_LOCAL_MODE).isEmpty();
        if ((modeIsWritten || !values.has(Settings.MANIFESTS))
                && AddressSettings.localDetection(values, values.read(Settings.CLUSTER_CIDR))
                        instanceof LocalDetection.None) {
            advice.add("detect-local-mode is ClusterCIDR, but no cluster CIDR is given: pods of this node count as"
                    + " clients from outside");
        }
        Optional<InetSocketAddress> metrics = values.read(Settings.METRICS_BIND_ADDRESS);
        if (values.read(Settings.PROFILING)
                && metrics.isPresent()
                && !metrics.get().getAddress().isLoopbackAddress()) {
            advice.add("--profiling lets whoever reaches " + values.text(Settings.METRICS_BIND_ADDRESS)
                    + " look into this process; without it, or on a loopback address, others cannot");
        }
        return List.copyOf(advice);
    }

    private static boolean onLoopback(NodePortAddresses nodePorts) {
        if (!(nodePorts instanceof NodePortAddresses.Within(List<Cidr> blocks))) {
            return false;
        }
        List<Cidr> ofIpv4 = blocks.stream()
                .filter(block -> IpFamily.of(block.network()) == IpFamily.IPV4)
                .toList();
        return ofIpv4.isEmpty() || ofIpv4.stream().anyMatch(block -> block.overlaps(LOOPBACK));
    }
}
