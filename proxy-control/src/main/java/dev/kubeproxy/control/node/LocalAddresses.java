package dev.kubeproxy.control.node;

import dev.kubeproxy.control.desired.Cidr;
import dev.kubeproxy.control.sync.AddressClaims;
import dev.kubeproxy.server.model.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Service addresses made local by routes: the kernel then takes their packets in, and sockets bind to them. What is
 * local anyway (127.0.0.0/8, the node's own addresses) is never touched. Confined to the sync thread, but for
 * {@link #flush}; once that has ended, to the one that closes.
 */
public final class LocalAddresses implements AddressClaims {

    private static final Logger LOG = LogManager.getLogger();
    private static final int MOST_NAMED = 10;

    private final LocalRoutes routes;
    private final Supplier<? extends Collection<InetAddress>> nodeAddresses;
    private final FailureReport report = new FailureReport();
    private final Set<InetAddress> ours = new HashSet<>();
    private final Set<InetAddress> others = new HashSet<>();
    private List<Cidr> otherBlocks = List.of();

    LocalAddresses(IpProgram ip, Supplier<? extends Collection<InetAddress>> nodeAddresses) {
        this.routes = new LocalRoutes(ip);
        this.nodeAddresses = nodeAddresses;
    }

    /** Of the machine, or container, that this process runs in. */
    public static LocalAddresses ofThisMachine() {
        return new LocalAddresses(new ProcessIpProgram(List.of("ip")), NodeAddresses::current);
    }

    @Override
    public void refresh() {
        others.clear();
        others.addAll(nodeAddresses.get());
        try {
            LocalRoutes.Table table = routes.read();
            ours.clear();
            ours.addAll(table.ours());
            others.addAll(table.others());
            otherBlocks = table.otherBlocks();
        } catch (IOException e) { // where routes are needed, adding them fails likewise and is reported
            LOG.debug("Local routes cannot be read", e);
        }
    }

    @Override
    public Set<InetAddress> claimed() {
        return Set.copyOf(ours);
    }

    @Override
    public Set<InetAddress> claim(Collection<InetAddress> addresses) {
        List<InetAddress> missing =
                addresses.stream().filter(address -> !isLocal(address)).toList();
        if (missing.isEmpty()) {
            return Set.of();
        }
        Map<InetAddress, String> failures = routes.add(missing);
        List<InetAddress> added = new ArrayList<>(missing);
        added.removeIf(failures::containsKey);
        ours.addAll(added);
        LOG.debug("Made {} addresses local: {}", added::size, () -> some(added));
        report.worked(added);
        report.failed(failures);
        return failures.keySet();
    }

    @Override
    public Set<InetAddress> release(Collection<InetAddress> addresses) {
        report.forget(addresses);
        List<InetAddress> claimed = addresses.stream().filter(ours::contains).toList();
        if (claimed.isEmpty()) {
            return Set.of();
        }
        Map<InetAddress, String> failures = routes.remove(claimed);
        List<InetAddress> removed = new ArrayList<>(claimed);
        removed.removeIf(failures::containsKey);
        removed.forEach(ours::remove);
        LOG.debug(
                "{} addresses no longer local: {}; {} failed: {}",
                removed::size,
                () -> some(removed),
                failures::size,
                () -> some(failures.keySet()));
        return failures.keySet();
    }

    /**
     * Removes all that this or an earlier run made local.
     *
     * @throws IOException when something is left; the message says what is wrong
     */
    public void flush() throws IOException {
        routes.flush();
    }

    private static String some(Collection<InetAddress> addresses) {
        String texts = addresses.stream().limit(MOST_NAMED).map(Addresses::text).collect(Collectors.joining(", "));
        return addresses.size() > MOST_NAMED ? texts + ", …" : texts;
    }

    private boolean isLocal(InetAddress address) {
        return address.isLoopbackAddress()
                || ours.contains(address)
                || others.contains(address)
                || otherBlocks.stream().anyMatch(block -> block.contains(address));
    }
}
