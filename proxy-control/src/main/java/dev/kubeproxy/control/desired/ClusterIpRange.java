package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One range of ClusterIPs. Its first address is never given, nor an IPv4 range's last; the low ones are kept for
 * manifests that name their address, as an API server keeps them, and are given when no other is left.
 */
final class ClusterIpRange {

    /** Of a wider range only so many addresses are given by choice; asking by name is possible in all of it. */
    private static final int GIVEN_BITS = 20;

    private final Cidr cidr;
    private final Band band;

    ClusterIpRange(Cidr cidr) {
        this.cidr = cidr;
        int hostBits = Math.min(cidr.family().bits() - cidr.prefix(), GIVEN_BITS);
        boolean broadcast = cidr.family() == IpFamily.IPV4 && hostBits == 32 - cidr.prefix();
        int end = (1 << hostBits) - (broadcast ? 1 : 0);
        this.band = new Band(1, end, Band.keptLow(1 << hostBits, 16, 256));
    }

    Cidr cidr() {
        return cidr;
    }

    /** How many addresses can be given. */
    int size() {
        return band.size();
    }

    /** What is wrong with an address asked for by name, null where nothing is. */
    @Nullable
    String problem(InetAddress address) {
        if (!cidr.contains(address)) {
            return "is outside --service-cluster-ip-range " + cidr;
        }
        if (address.equals(cidr.network())) {
            return "is the first address of --service-cluster-ip-range " + cidr + ", which is never given";
        }
        if (cidr.family() == IpFamily.IPV4 && address.equals(cidr.last())) {
            return "is the broadcast address of --service-cluster-ip-range " + cidr + ", which is never given";
        }
        return null;
    }

    @Nullable
    InetAddress choose(Object key, Predicate<InetAddress> free) {
        int offset = band.choose(key, number -> free.test(cidr.address(number)));
        return offset < 0 ? null : cidr.address(offset);
    }
}
