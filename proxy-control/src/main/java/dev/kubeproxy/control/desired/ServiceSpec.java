package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.model.UdpBalancing;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Service as far as the proxy reads it. Readers make it; Services that the proxy passes over (rules A1-A4) never
 * become one.
 *
 * @param clusterIps one per family, never empty
 * @param externalIps {@code spec.externalIPs}
 * @param extras what it asks of this proxy in particular
 */
public record ServiceSpec(
        ServiceName name,
        Instant created,
        List<InetAddress> clusterIps,
        List<InetAddress> externalIps,
        LoadBalancer loadBalancer,
        List<Port> ports,
        Affinity affinity,
        Policies policies,
        Extras extras) {

    public ServiceSpec {
        clusterIps = List.copyOf(clusterIps);
        externalIps = List.copyOf(externalIps);
        ports = List.copyOf(ports);
    }

    /**
     * One port of the Service.
     *
     * @param name matches the slices' port name; empty where unnamed
     * @param nodePort 0 where the port has none
     */
    public record Port(String name, Protocol protocol, int port, int nodePort) {}

    /**
     * What the Service's load balancer asks of the node; {@link #NONE} where the Service is not of that type.
     *
     * @param asked true where the Service is of type LoadBalancer
     * @param ips the ingress IPs that this node captures (rule I1)
     * @param sourceRanges of both families; see {@link #sourceRanges(IpFamily)}
     * @param healthCheckNodePort where it asks which nodes have endpoints (rule K6), 0 where it does not
     */
    public record LoadBalancer(boolean asked, List<InetAddress> ips, List<Cidr> sourceRanges, int healthCheckNodePort) {

        public static final LoadBalancer NONE = new LoadBalancer(false, List.of(), List.of(), 0);

        public LoadBalancer {
            ips = List.copyOf(ips);
            sourceRanges = List.copyOf(sourceRanges);
        }

        /** Which clients may dial {@link #ips} of the family: all where there is no range of the family (rule I2). */
        public List<Cidr> sourceRanges(IpFamily family) {
            return sourceRanges.stream()
                    .filter(range -> range.family() == family)
                    .toList();
        }
    }

    /**
     * The Service's two policies, as written; {@link PortPolicies} says what they come to for a port.
     *
     * @param internal for cluster IPs
     * @param external for nodePorts, external IPs and load balancers' IPs
     */
    public record Policies(TrafficPolicy internal, TrafficPolicy external) {

        public static final Policies CLUSTER = new Policies(TrafficPolicy.CLUSTER, TrafficPolicy.CLUSTER);
    }

    /**
     * What a Service asks for by annotations of this proxy's own.
     *
     * @param drainPolicy where absent, that of all Services holds (rule D9)
     * @param udpBalancing of its UDP ports (rule G9)
     */
    public record Extras(Optional<DrainPolicy> drainPolicy, UdpBalancing udpBalancing) {

        public static final Extras NONE = new Extras(Optional.empty(), UdpBalancing.SESSION);
    }

    /** {@code spec.type}, as far as what is read tells it. */
    public String type() {
        if (loadBalancer.asked()) {
            return "LoadBalancer";
        }
        return ports.stream().anyMatch(port -> port.nodePort() != 0) ? "NodePort" : "ClusterIP";
    }

    public List<InetAddress> loadBalancerIps() {
        return loadBalancer.ips();
    }

    /** All that clients may dial at the Service's own ports, the cluster IP first. */
    Stream<InetAddress> addresses() {
        return Stream.of(clusterIps, externalIps, loadBalancer.ips()).flatMap(List::stream);
    }

    Stream<InetAddress> addresses(IpFamily family) {
        return addresses().filter(address -> IpFamily.of(address) == family);
    }

    /** The same Service where external IPs are switched off (rule I3). */
    public ServiceSpec withoutExternalIps() {
        return new ServiceSpec(name, created, clusterIps, List.of(), loadBalancer, ports, affinity, policies, extras);
    }

    /** The same Service, made at another time. */
    public ServiceSpec madeAt(Instant time) {
        return new ServiceSpec(name, time, clusterIps, externalIps, loadBalancer, ports, affinity, policies, extras);
    }

    /** The same Service, once its addresses and nodePorts are known. */
    public ServiceSpec with(List<InetAddress> clusterIps, List<Port> ports) {
        return new ServiceSpec(name, created, clusterIps, externalIps, loadBalancer, ports, affinity, policies, extras);
    }
}
