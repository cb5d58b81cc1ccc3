package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An EndpointSlice as far as the proxy reads it; FQDN slices and slices of no Service never become one (rule B6).
 *
 * @param name {@code namespace/name} of the slice itself
 * @param service the Service it belongs to (rule B1)
 * @param lastChange when what the slice tells last changed, as its writer says; null where it does not (rule M4)
 */
public record SliceSpec(
        ServiceName name,
        ServiceName service,
        List<Port> ports,
        List<Endpoint> endpoints,
        @Nullable Instant lastChange) {

    public SliceSpec {
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
    }

    /** A slice that does not say when it changed. */
    public SliceSpec(ServiceName name, ServiceName service, List<Port> ports, List<Endpoint> endpoints) {
        this(name, service, ports, endpoints, null);
    }

    public SliceSpec withLastChange(@Nullable Instant time) {
        return time == null ? this : new SliceSpec(name, service, ports, endpoints, time);
    }

    /** A named port number; slice ports without a name or a number are left out by the reader (rule B2). */
    public record Port(String name, Protocol protocol, int port) {}

    /**
     * One endpoint, its conditions' defaults filled in (rule B4).
     *
     * @param nodeName where it runs; null where unknown
     * @param forZones zone hints, empty where there are none
     * @param forNodes node hints, empty where there are none
     */
    public record Endpoint(
            InetAddress address,
            boolean ready,
            boolean serving,
            boolean terminating,
            @Nullable String nodeName,
            Set<String> forZones,
            Set<String> forNodes) {

        public Endpoint {
            forZones = Set.copyOf(forZones);
            forNodes = Set.copyOf(forNodes);
        }
    }
}
