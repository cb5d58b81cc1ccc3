package dev.kubeproxy.control;

import dev.kubeproxy.control.ProxyConfiguration.Source;
import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes a {@link ProxyConfiguration} of what was given, or tells all that is wrong with it at once (rule N6). */
final class ConfigurationReader {

    private final Values values;
    private final Supplier<String> hostname;

    private ConfigurationReader(Values values, Supplier<String> hostname) {
        this.values = values;
        this.hostname = hostname;
    }

    /** @param hostname asked only where no name is given */
    static ProxyConfiguration read(Values values, Supplier<String> hostname) throws ConfigurationException {
        ConfigurationReader reader = new ConfigurationReader(values, hostname);
        ProxyConfiguration configuration = new ProxyConfiguration(
                reader.source(),
                reader.services(),
                reader.node(),
                reader.traffic(),
                reader.pacing(),
                PortSettings.read(values),
                reader.logging(),
                TelemetrySettings.read(values));
        values.settings().forEach(values::check); // what means nothing here must be right all the same
        if (!values.problems().isEmpty()) {
            throw new ConfigurationException(values.problems());
        }
        return configuration;
    }

    private Source source() {
        Optional<Path> kubeconfig = values.read(Settings.KUBECONFIG);
        Optional<Path> manifests = values.read(Settings.MANIFESTS);
        String master = values.read(Settings.MASTER).strip();
        if (manifests.isPresent()) {
            if (kubeconfig.isPresent() || !master.isEmpty()) {
                values.refuse("--manifests: Services come from a directory or from a cluster, not both; leave out "
                        + values.where(kubeconfig.isPresent() ? Settings.KUBECONFIG : Settings.MASTER));
            }
            if (!Files.isDirectory(manifests.get())) {
                values.refuse(Settings.MANIFESTS, "no such directory");
            }
            return new Source.Manifests(manifests.get());
        }
        if (kubeconfig.isPresent() && !Files.isReadable(kubeconfig.get())) {
            values.refuse(Settings.KUBECONFIG, "no such file, or not readable");
        }
        return new Source.Kubernetes(kubeconfig, master.isEmpty() ? Optional.empty() : Optional.of(master));
    }

    private ProxyConfiguration.Services services() {
        List<Cidr> clusterIps = onePerFamily(Settings.SERVICE_CLUSTER_IP_RANGE);
        List<Cidr> pods = onePerFamily(Settings.CLUSTER_CIDR);
        if (clusterIps.isEmpty()) {
            values.refuse(Settings.SERVICE_CLUSTER_IP_RANGE, "must not be empty");
        }
        if (values.has(Settings.SERVICE_CLUSTER_IP_RANGE) || values.has(Settings.MANIFESTS)) { // else it is a guess
            checkOverlap(clusterIps, pods);
        }
        return new ProxyConfiguration.Services(
                values.read(Settings.SERVICE_PROXY_NAME),
                clusterIps,
                pods,
                values.read(Settings.NODEPORT_ADDRESSES),
                AddressSettings.externalIps(values));
    }

    private List<Cidr> onePerFamily(Setting<List<Cidr>> setting) {
        List<Cidr> ranges = values.read(setting);
        boolean sameFamily =
                ranges.size() == 2 && ranges.get(0).family() == ranges.get(1).family();
        if (ranges.size() > 2 || sameFamily) {
            values.refuse(setting, "at most one IPv4 and one IPv6 range");
        }
        return ranges;
    }

    private void checkOverlap(List<Cidr> clusterIps, List<Cidr> pods) {
        for (Cidr services : clusterIps) {
            for (Cidr podRange : pods) {
                if (services.overlaps(podRange)) {
                    values.refuse(
                            "--service-cluster-ip-range %s overlaps %s %s: an address would be a Service's and a pod's"
                                    .formatted(services, values.where(Settings.CLUSTER_CIDR), podRange));
                }
            }
        }
    }

    private ProxyConfiguration.Node node() {
        String override = values.read(Settings.HOSTNAME_OVERRIDE);
        if (!override.isEmpty() && override.isBlank()) {
            values.refuse(values.where(Settings.HOSTNAME_OVERRIDE) + ": empty hostname-override is invalid");
        }
        String name = override.isBlank() ? hostname.get() : override;
        return new ProxyConfiguration.Node(
                name.strip().toLowerCase(Locale.ROOT),
                values.read(Settings.OOM_SCORE_ADJ),
                bindAddress(),
                AddressSettings.localDetection(values, values.read(Settings.CLUSTER_CIDR)),
                AddressSettings.strictArp(values));
    }

    /** Loopback would be no address of a node that others reach (rule N13). */
    private Optional<InetAddress> bindAddress() {
        InetAddress address = values.read(Settings.BIND_ADDRESS);
        if (address.isLoopbackAddress() && !values.has(Settings.MANIFESTS)) {
            values.refuse(Settings.BIND_ADDRESS, "cannot proxy on localhost; it is this node's IP for the cluster");
        }
        return address.isAnyLocalAddress() ? Optional.empty() : Optional.of(address);
    }

    private ProxyConfiguration.Traffic traffic() {
        return new ProxyConfiguration.Traffic(
                values.read(Settings.UDP_TIMEOUT),
                values.read(Settings.DRAIN_TIMEOUT),
                values.read(Settings.DRAIN_POLICY),
                values.read(Settings.TRANSPORT),
                values.read(Settings.SERVICE_CAPTURE),
                values.read(Settings.EVENT_LOOPS));
    }

    private ProxyConfiguration.Pacing pacing() {
        var pacing =
                new ProxyConfiguration.Pacing(values.read(Settings.SYNC_PERIOD), values.read(Settings.MIN_SYNC_PERIOD));
        if (pacing.minSyncPeriod().compareTo(pacing.syncPeriod()) > 0) {
            values.refuse(
                    Settings.MIN_SYNC_PERIOD,
                    "must not be longer than " + values.where(Settings.SYNC_PERIOD) + ", "
                            + GoDuration.text(pacing.syncPeriod()));
        }
        return pacing;
    }

    private ProxyConfiguration.Logging logging() {
        return new ProxyConfiguration.Logging(
                values.read(Settings.VERBOSITY),
                values.read(Settings.LOGGING_FORMAT).equals("json"));
    }
}
