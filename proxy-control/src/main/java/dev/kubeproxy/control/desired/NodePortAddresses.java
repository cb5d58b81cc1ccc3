package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** On which of the node's addresses NodePorts are served: what {@code --nodeport-addresses} says (rules H6-H8). */
public sealed interface NodePortAddresses {

    /** On every address, now and later. */
    NodePortAddresses ALL = new Within(List.of());

    /** On the node's IPs, one of each family (rule N12). */
    NodePortAddresses PRIMARY = new Primary();

    /**
     * Reads the items of {@code --nodeport-addresses}.
     *
     * @throws IllegalArgumentException when one is neither a CIDR nor {@code primary}, or {@code primary} is not alone
     */
    static NodePortAddresses parse(List<String> items) {
        if (!items.contains("primary")) {
            return within(items.stream().map(Cidr::parse).toList());
        }
        if (items.size() > 1) {
            throw new IllegalArgumentException("\"primary\" goes with nothing else");
        }
        return PRIMARY;
    }

    /** On addresses inside the blocks; a family without a block is served on every address. */
    static NodePortAddresses within(List<Cidr> blocks) {
        return new Within(blocks);
    }

    /**
     * The addresses to bind. For TCP the any-address where all are served: it covers those that come later. UDP never
     * has it, because a socket bound to it answers from an address of the kernel's choice.
     */
    Set<InetAddress> addresses(Protocol protocol, IpFamily family, NodeFacts node);

    record Within(List<Cidr> blocks) implements NodePortAddresses {

        public Within {
            blocks = List.copyOf(blocks);
        }

        @Override
        public Set<InetAddress> addresses(Protocol protocol, IpFamily family, NodeFacts node) {
            List<Cidr> ofFamily = blocks.stream()
                    .filter(block -> IpFamily.of(block.network()) == family)
                    .toList();
            boolean all = ofFamily.isEmpty() || ofFamily.stream().anyMatch(block -> block.prefix() == 0);
            if (all && protocol == Protocol.TCP) {
                return Set.of(family.any());
            }
            return node.machine(family)
                    .filter(address -> all || ofFamily.stream().anyMatch(block -> block.contains(address)))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    record Primary() implements NodePortAddresses {

        /** As long as no address of the node is known, only itself can reach its NodePorts (rule N12). */
        @Override
        public Set<InetAddress> addresses(Protocol protocol, IpFamily family, NodeFacts node) {
            return node.nodeIps(family)
                    .findFirst()
                    .map(Set::of)
                    .orElseGet(() -> node.machine(family)
                            .filter(InetAddress::isLoopbackAddress)
                            .collect(Collectors.toUnmodifiableSet()));
        }
    }
}
