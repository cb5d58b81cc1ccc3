package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.TrafficPolicy;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which policies hold for one service port of one family, and so which lists of endpoints it needs (rule C4).
 *
 * @param internal for those who dial the cluster IP
 * @param external for those who dial anything else; null where there is nothing else
 */
record PortPolicies(TrafficPolicy internal, @Nullable TrafficPolicy external) {

    static PortPolicies of(ServiceSpec service, ServiceSpec.Port port, IpFamily family) {
        boolean externallyAccessible = port.nodePort() != 0
                || Stream.of(service.externalIps(), service.loadBalancerIps())
                        .flatMap(Collection<InetAddress>::stream)
                        .anyMatch(address -> IpFamily.of(address) == family);
        return new PortPolicies(
                service.policies().internal(),
                externallyAccessible ? service.policies().external() : null);
    }

    /** How one of the Service's own addresses is served. */
    Access access(InetAddress address, ServiceSpec service, NodeFacts node) {
        if (service.clusterIps().contains(address)) {
            return new Access(FrontendKind.CLUSTER_IP, internal, internal, List.of());
        }
        if (service.loadBalancerIps().contains(address)) { // whose ranges hold though it is an external IP, too
            return external(FrontendKind.LOAD_BALANCER_IP, clients(address, service, node));
        }
        return external(FrontendKind.EXTERNAL_IP, List.of());
    }

    Access nodePort() {
        return external(FrontendKind.NODE_PORT, List.of());
    }

    /** This node's pods and the node itself have the Cluster list whatever the policy (rule D5). */
    private Access external(FrontendKind kind, List<Cidr> clients) {
        return new Access(kind, TrafficPolicy.CLUSTER, Objects.requireNonNull(external), clients);
    }

    /** Where the node is in a range it may come in, and its own packets to the address have that as their source (I2). */
    private static List<Cidr> clients(InetAddress address, ServiceSpec service, NodeFacts node) {
        IpFamily family = IpFamily.of(address);
        List<Cidr> ranges = service.loadBalancer().sourceRanges(family);
        boolean nodeIsIn = node.nodeIps(family).anyMatch(ip -> ranges.stream().anyMatch(range -> range.contains(ip)));
        return nodeIsIn
                ? Stream.concat(ranges.stream(), Stream.of(new Cidr(address, family.bits())))
                        .toList()
                : ranges;
    }

    /** Names each kind of clients in words, with the policy that holds for it. */
    void forEachClients(BiConsumer<String, TrafficPolicy> reader) {
        reader.accept("clients of the cluster IP", internal);
        if (external == TrafficPolicy.LOCAL) {
            reader.accept("clients of other addresses, from this node and its pods", TrafficPolicy.CLUSTER);
            reader.accept("clients of other addresses, from elsewhere", external);
        } else if (external != null) {
            reader.accept("clients of other addresses", external);
        }
    }

    /** Even where both policies are Local: nodes and pods may reach external addresses by any endpoint (rule D5). */
    boolean needClusterList() {
        return internal == TrafficPolicy.CLUSTER || external != null;
    }

    boolean needLocalList() {
        return internal == TrafficPolicy.LOCAL || external == TrafficPolicy.LOCAL;
    }
}
