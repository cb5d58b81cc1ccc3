package dev.kubeproxy.control;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What kube-proxy warns an operator of who runs with settings that work but are seldom meant (rules H6, N2). */
final class Advice {

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
        if (values.read(AddressSettings.DETECT_LOCAL_MODE).equals("ClusterCIDR")
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
}
