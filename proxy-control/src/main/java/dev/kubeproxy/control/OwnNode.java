package dev.kubeproxy.control;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What sources say of this node's own Node, listened to on its way: whether it wants clients goes to the health port
 * (rule K4), and the IP that the operator gives it takes the place of the Node's (rule N12). Thread-safe.
 */
final class OwnNode {

    private static final Logger LOG = LogManager.getLogger();

    private final ProxyConfiguration.Node configuration;
    private final boolean expected;
    private final Consumer<Boolean> onEligible;
    private NodeIps ips;

    /**
     * Listens nowhere yet.
     *
     * @param expected whether there should be a Node, as in a cluster
     * @param onEligible told whether load balancers may send clients here
     */
    OwnNode(ProxyConfiguration.Node configuration, boolean expected, Consumer<Boolean> onEligible) {
        this.configuration = configuration;
        this.expected = expected;
        this.onEligible = onEligible;
        this.ips = NodeIps.of(configuration.bindAddress(), List.of());
    }

    ChangeSink listeningIn(ChangeSink next) {
        return new ChangeSink() {
            @Override
            public void offer(List<Change> changes) {
                next.offer(changes.stream().map(OwnNode.this::note).toList());
            }

            @Override
            public void offerSynced() {
                tellUnknown();
                next.offerSynced();
            }
        };
    }

    private Change note(Change change) {
        if (change instanceof Change.NodeGone(String name) && isOwn(name)) {
            onEligible.accept(false);
        }
        return change instanceof Change.NodeSet(NodeSpec spec) && isOwn(spec.name()) ? note(spec) : change;
    }

    private boolean isOwn(String name) {
        return name.equals(configuration.name());
    }

    private Change note(NodeSpec spec) {
        onEligible.accept(spec.eligible());
        follow(spec.addresses());
        return new Change.NodeSet(configuration
                .bindAddress()
                .map(address -> spec.withAddresses(replaced(spec.addresses(), address)))
                .orElse(spec));
    }

    private synchronized void follow(List<InetAddress> addresses) {
        NodeIps now = NodeIps.of(configuration.bindAddress(), addresses);
        if (!now.equals(ips) && !now.known().isEmpty()) {
            ips = now;
            LOG.info("This node's IPs: {}", text(now.known()));
        }
    }

    private synchronized void tellUnknown() {
        if (expected && ips.known().isEmpty()) {
            LOG.warn(
                    "can't determine this node's IP, assuming {}; if this is incorrect, please set the --bind-address"
                            + " flag",
                    Addresses.text(ips.of(IpFamily.IPV4)));
        }
    }

    private static List<InetAddress> replaced(List<InetAddress> addresses, InetAddress own) {
        return Stream.concat(
                        Stream.of(own), addresses.stream().filter(address -> IpFamily.of(address) != IpFamily.of(own)))
                .toList();
    }

    private static String text(List<InetAddress> addresses) {
        return addresses.stream().map(Addresses::text).collect(Collectors.joining(", "));
    }
}
