package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What is local to this machine without us: its interfaces' addresses and whole blocks. Confined to the sync thread. */
final class OtherAddresses {

    private final Supplier<? extends Collection<InetAddress>> interfaces;
    private final List<Cidr> serviceRanges;
    private final Set<InetAddress> addresses = new HashSet<>();
    private List<Cidr> blocks = List.of();

    /** @param serviceRanges what is in them is a Service's even where it is local without us: in 127.0.0.0/8 */
    OtherAddresses(Supplier<? extends Collection<InetAddress>> interfaces, List<Cidr> serviceRanges) {
        this.interfaces = interfaces;
        this.serviceRanges = List.copyOf(serviceRanges);
    }

    void refreshInterfaces() {
        Collection<InetAddress> now = interfaces.get();
        addresses.clear();
        addresses.addAll(now);
    }

    void refreshRoutes(LocalRoutes.Table table) {
        addresses.addAll(table.others());
        blocks = table.otherBlocks();
    }

    /** True where an address needs no route of ours. */
    boolean contains(InetAddress address) {
        return address.isLoopbackAddress()
                || addresses.contains(address)
                || blocks.stream().anyMatch(block -> block.contains(address));
    }

    /** True where the ports of an address are nobody's but a Service's. */
    boolean leaveToServices(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return !addresses.contains(address) && serviceRanges.stream().anyMatch(range -> range.contains(address));
        }
        return !contains(address);
    }
}
