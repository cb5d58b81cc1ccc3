package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.TrafficPolicy;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Short words for what tests are given. Names are in the namespace {@code default}. */
public final class Specs {

    public static final String THIS_NODE = "node1";

    private Specs() {}

    public static ServiceName name(String name) {
        return new ServiceName("default", name);
    }

    /** A Service with the cluster IPs, comma-separated. */
    public static ServiceSpec service(String name, String clusterIps, ServiceSpec.Port... ports) {
        return new ServiceSpec(
                name(name),
                Instant.EPOCH,
                addresses(clusterIps.split(",")),
                List.of(),
                ServiceSpec.LoadBalancer.NONE,
                List.of(ports),
                Affinity.NONE,
                ServiceSpec.Policies.CLUSTER,
                ServiceSpec.Extras.NONE);
    }

    public static ServiceSpec with(ServiceSpec service, Affinity affinity) {
        return new ServiceSpec(
                service.name(),
                service.created(),
                service.clusterIps(),
                service.externalIps(),
                service.loadBalancer(),
                service.ports(),
                affinity,
                service.policies(),
                service.extras());
    }

    public static ServiceSpec with(ServiceSpec service, TrafficPolicy internal, TrafficPolicy external) {
        return new ServiceSpec(
                service.name(),
                service.created(),
                service.clusterIps(),
                service.externalIps(),
                service.loadBalancer(),
                service.ports(),
                service.affinity(),
                new ServiceSpec.Policies(internal, external),
                service.extras());
    }

    public static ServiceSpec with(ServiceSpec service, ServiceSpec.Extras extras) {
        return new ServiceSpec(
                service.name(),
                service.created(),
                service.clusterIps(),
                service.externalIps(),
                service.loadBalancer(),
                service.ports(),
                service.affinity(),
                service.policies(),
                extras);
    }

    /** The Service with addresses of either kind, comma-separated, none where the text is empty. */
    public static ServiceSpec withExternal(ServiceSpec service, String externalIps, String loadBalancerIps) {
        return new ServiceSpec(
                service.name(),
                service.created(),
                service.clusterIps(),
                externalIps.isEmpty() ? List.of() : addresses(externalIps.split(",")),
                new ServiceSpec.LoadBalancer(
                        !loadBalancerIps.isEmpty(),
                        loadBalancerIps.isEmpty() ? List.of() : addresses(loadBalancerIps.split(",")),
                        List.of(),
                        0),
                service.ports(),
                service.affinity(),
                service.policies(),
                service.extras());
    }

    /** The Service with ranges for its load balancer's addresses, and a port where that asks for this node's health. */
    public static ServiceSpec guarded(ServiceSpec service, int healthCheckNodePort, String... sourceRanges) {
        return new ServiceSpec(
                service.name(),
                service.created(),
                service.clusterIps(),
                service.externalIps(),
                new ServiceSpec.LoadBalancer(
                        true,
                        service.loadBalancerIps(),
                        Stream.of(sourceRanges).map(Cidr::parse).toList(),
                        healthCheckNodePort),
                service.ports(),
                service.affinity(),
                service.policies(),
                service.extras());
    }

    public static ServiceSpec.Port tcp(String name, int port) {
        return new ServiceSpec.Port(name, Protocol.TCP, port, 0);
    }

    public static ServiceSpec.Port udp(String name, int port) {
        return new ServiceSpec.Port(name, Protocol.UDP, port, 0);
    }

    public static ServiceSpec.Port nodePort(Protocol protocol, int port, int nodePort) {
        return new ServiceSpec.Port("", protocol, port, nodePort);
    }

    /** A slice of the Service with one unnamed TCP port. */
    public static SliceSpec slice(String name, String service, int port, SliceSpec.Endpoint... endpoints) {
        return slice(name, service, List.of(new SliceSpec.Port("", Protocol.TCP, port)), endpoints);
    }

    public static SliceSpec slice(
            String name, String service, List<SliceSpec.Port> ports, SliceSpec.Endpoint... endpoints) {
        return new SliceSpec(name(name), name(service), ports, List.of(endpoints));
    }

    public static SliceSpec.Endpoint ready(String address) {
        return endpoint(address, true, true, false, null);
    }

    public static SliceSpec.Endpoint readyOn(String node, String address) {
        return endpoint(address, true, true, false, node);
    }

    /** Shuts down, still answers. */
    public static SliceSpec.Endpoint terminating(String address) {
        return endpoint(address, false, true, true, null);
    }

    public static SliceSpec.Endpoint unready(String address) {
        return endpoint(address, false, false, false, null);
    }

    public static SliceSpec.Endpoint endpoint(
            String address, boolean ready, boolean serving, boolean terminating, @Nullable String node) {
        return new SliceSpec.Endpoint(Addresses.parse(address), ready, serving, terminating, node, Set.of(), Set.of());
    }

    /** The endpoint, hinted for one zone. */
    public static SliceSpec.Endpoint forZone(SliceSpec.Endpoint endpoint, String zone) {
        return new SliceSpec.Endpoint(
                endpoint.address(),
                endpoint.ready(),
                endpoint.serving(),
                endpoint.terminating(),
                endpoint.nodeName(),
                Set.of(zone),
                Set.of());
    }

    /** {@code 10.0.0.1:80}, {@code [fd00::1]:80}. */
    public static Backend backend(String text) {
        int colon = text.lastIndexOf(':');
        return Backend.of(address(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    /** {@code 10.0.0.1:80/TCP}. */
    public static Frontend frontend(String text) {
        int slash = text.indexOf('/');
        Backend target = backend(text.substring(0, slash));
        return new Frontend(
                target.address().getAddress(), target.address().getPort(), Protocol.valueOf(text.substring(slash + 1)));
    }

    public static InetAddress address(String text) {
        return Addresses.parse(text.replace("[", "").replace("]", ""));
    }

    public static List<InetAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(Specs::address).toList();
    }

    public static Set<InetAddress> addressSet(String... texts) {
        return Set.copyOf(addresses(texts));
    }

    public static List<Change> changes(Object... specs) {
        return Stream.of(specs).map(Specs::change).toList();
    }

    private static Change change(Object spec) {
        return switch (spec) {
            case Change change -> change;
            case ServiceSpec service -> new Change.ServiceSet(service);
            case SliceSpec slice -> new Change.SliceSet(slice);
            case NodeSpec node -> new Change.NodeSet(node);
            default -> throw new IllegalArgumentException("not a change: " + spec);
        };
    }

    public static Change serviceGone(String name) {
        return new Change.ServiceGone(name(name));
    }

    public static Change sliceGone(String name) {
        return new Change.SliceGone(name(name));
    }
}
