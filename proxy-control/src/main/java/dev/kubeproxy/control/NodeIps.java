package dev.kubeproxy.control;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * By which IP of each family this node goes (rule N12): the one that the operator names, else the first that its Node
 * has, InternalIPs before ExternalIPs, else loopback, by which it can be reached from itself.
 */
record NodeIps(List<InetAddress> known) {

    NodeIps {
        known = List.copyOf(known);
    }

    /** @param ofNode what its Node says, InternalIPs first */
    static NodeIps of(Optional<InetAddress> bindAddress, List<InetAddress> ofNode) {
        return new NodeIps(Stream.of(IpFamily.values())
                .flatMap(family -> Stream.concat(bindAddress.stream(), ofNode.stream())
                        .filter(address -> IpFamily.of(address) == family)
                        .limit(1))
                .toList());
    }

    InetAddress of(IpFamily family) {
        return known.stream()
                .filter(address -> IpFamily.of(address) == family)
                .findFirst()
                .orElseGet(() -> Addresses.parse(family == IpFamily.IPV4 ? "127.0.0.1" : "::1"));
    }
}
