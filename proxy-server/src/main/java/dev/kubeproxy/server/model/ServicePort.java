package dev.kubeproxy.server.model;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Map;
import java.util.Set;

/**
 * One service port as the data plane has it: where clients dial it and which backends answer.
 *
 * @param frontends where clients dial; the any-address is always the node's
 * @param cluster for who may go to any node (rule C1)
 * @param local for who must stay on this node (rule C2)
 * @param usableAnywhere true where some node has an endpoint: who finds none here is then not refused but left without
 *     an answer (rule D2)
 * @param drain which connections go on when endpoints leave; of no meaning for UDP
 * @param udpBalancing of no meaning for TCP
 */
public record ServicePort(
        ServicePortName name,
        Map<Frontend, Access> frontends,
        BackendPool cluster,
        BackendPool local,
        boolean usableAnywhere,
        Drain drain,
        UdpBalancing udpBalancing) {

    public ServicePort {
        frontends = Map.copyOf(frontends);
        frontends.forEach((frontend, access) -> {
            if (frontend.anyAddress() && access.kind().serviceAddress()) {
                throw new IllegalArgumentException(frontend + " cannot be a " + access.kind());
            }
        });
        if (drain instanceof Drain.Close(Set<Backend> members)
                && !(members.containsAll(cluster.backends()) && members.containsAll(local.backends()))) {
            throw new IllegalArgumentException(name + " has backends whose connections would be closed at once");
        }
    }

    /** A port whose clients all get the same backends, and whose connections go on when those leave. */
    public ServicePort(ServicePortName name, Map<Frontend, FrontendKind> kinds, BackendPool pool) {
        this(
                name,
                kinds.entrySet().stream()
                        .collect(toUnmodifiableMap(Map.Entry::getKey, entry -> Access.open(entry.getValue()))),
                pool,
                BackendPool.EMPTY,
                !pool.isEmpty(),
                Drain.KEEP,
                UdpBalancing.SESSION);
    }

    /** The same port with another drain. */
    public ServicePort with(Drain other) {
        return new ServicePort(name, frontends, cluster, local, usableAnywhere, other, udpBalancing);
    }

    /** The same port with another way to balance datagrams. */
    public ServicePort with(UdpBalancing other) {
        return new ServicePort(name, frontends, cluster, local, usableAnywhere, drain, other);
    }

    public BackendPool pool(TrafficPolicy policy) {
        return switch (policy) {
            case CLUSTER -> cluster;
            case LOCAL -> local;
        };
    }

    /** True where clients from outside this node hear nothing: endpoints there are, but none for them (rule D2). */
    public boolean silent(Access access) {
        return usableAnywhere && pool(access.outside()).isEmpty();
    }

    /** The Cluster list's, or where that is not needed the Local list's: what to show of the port where one will do. */
    public BackendPool pool() {
        return cluster.isEmpty() ? local : cluster;
    }
}
