package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * This node, as decisions need it.
 *
 * @param name its name in the cluster (rule B7)
 * @param spec the Node object, null while none was seen
 * @param machineAddresses what its interfaces have, loopback included; but IPv6's link-local addresses, which mean nothing
 *     without the interface's name and come and go with every pod
 */
public record NodeFacts(String name, @Nullable NodeSpec spec, List<InetAddress> machineAddresses) {

    public NodeFacts {
        machineAddresses =
                machineAddresses.stream().filter(NodeFacts::hasMeaning).toList();
    }

    private static boolean hasMeaning(InetAddress address) {
        return !(IpFamily.of(address) == IpFamily.IPV6 && address.isLinkLocalAddress());
    }

    /** False where the kernel does not do the family at all; nothing of it is served then (rule J3). */
    public boolean has(IpFamily family) {
        return machineAddresses.isEmpty() || machine(family).findAny().isPresent();
    }

    Stream<InetAddress> machine(IpFamily family) {
        return machineAddresses.stream().filter(address -> IpFamily.of(address) == family);
    }

    /** Where the node stands, empty where nothing says so (rule C9). */
    String zone() {
        return spec == null ? "" : spec.zone();
    }

    /** The node's own addresses as the cluster knows them. */
    Stream<InetAddress> nodeIps(IpFamily family) {
        return spec == null
                ? Stream.empty()
                : spec.addresses().stream().filter(address -> IpFamily.of(address) == family && hasMeaning(address));
    }
}
