package dev.kubeproxy.control.node;

import static dev.kubeproxy.control.desired.Specs.backend;
import static dev.kubeproxy.control.desired.Specs.frontend;

import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Drain;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.model.UdpBalancing;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A Service with one port, as its frontends and the nodes of its endpoints make it. */
final class FilteredService {

    private static final BackendPool SOMEBODY = new BackendPool(List.of(backend("10.244.1.7:8080")), Affinity.NONE);

    private final String name;
    private final Map<Frontend, Access> frontends = new HashMap<>();

    FilteredService(String name) {
        this.name = name;
    }

    FilteredService clusterIp(String frontend, TrafficPolicy internal) {
        frontends.put(frontend(frontend), new Access(FrontendKind.CLUSTER_IP, internal, internal, List.of()));
        return this;
    }

    FilteredService external(FrontendKind kind, String frontend, TrafficPolicy external, String... ranges) {
        List<Cidr> clients = Stream.of(ranges).map(Cidr::parse).toList();
        frontends.put(frontend(frontend), new Access(kind, TrafficPolicy.CLUSTER, external, clients));
        return this;
    }

    ServiceState withEndpointsHere() {
        return state(SOMEBODY, SOMEBODY);
    }

    ServiceState withEndpointsElsewhere() {
        return state(SOMEBODY, BackendPool.EMPTY);
    }

    ServiceState withoutEndpoints() {
        return state(BackendPool.EMPTY, BackendPool.EMPTY);
    }

    private ServiceState state(BackendPool cluster, BackendPool local) {
        ServiceName service = new ServiceName("default", name);
        var protocol = frontends.keySet().iterator().next().protocol();
        var port = new ServicePort(
                new ServicePortName(service, "", protocol),
                frontends,
                cluster,
                local,
                !cluster.isEmpty(),
                Drain.KEEP,
                UdpBalancing.SESSION);
        return new ServiceState(service, Instant.EPOCH, List.of(port));
    }
}
