package dev.kubeproxy.control.status;

import dev.kubeproxy.control.desired.Decision;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Service in a line, as {@code kubectl get services} has it.
 *
 * @param externalIps external and load balancers' IPs; empty where there are none
 * @param used addresses of endpoints that some clients get, at one port or several
 * @param known addresses of endpoints that slices list, used or not
 */
record ServiceRow(
        ServiceName name,
        String type,
        String clusterIps,
        String externalIps,
        String ports,
        long used,
        long known,
        long createdMillis) {

    static ServiceRow of(Decision decision) {
        ServiceSpec spec = decision.service();
        return new ServiceRow(
                spec.name(),
                spec.type(),
                join(spec.clusterIps().stream()),
                join(Stream.of(spec.externalIps(), spec.loadBalancerIps()).flatMap(Collection::stream)),
                spec.ports().stream().map(ServiceRow::text).collect(Collectors.joining(",")),
                used(decision),
                known(decision),
                spec.created().toEpochMilli());
    }

    /** {@code 80:30080/TCP}, or without a NodePort {@code 80/TCP}. */
    private static String text(ServiceSpec.Port port) {
        String node = port.nodePort() == 0 ? "" : ":" + port.nodePort();
        return port.port() + node + "/" + port.protocol();
    }

    private static String join(Stream<InetAddress> addresses) {
        return addresses.map(Addresses::text).collect(Collectors.joining(","));
    }

    private static long used(Decision decision) {
        return decision.desired().state().ports().stream()
                .flatMap(port -> Stream.of(port.cluster(), port.local()))
                .map(BackendPool::backends)
                .flatMap(Collection::stream)
                .map(backend -> backend.address().getAddress())
                .distinct()
                .count();
    }

    private static long known(Decision decision) {
        return decision.slices().stream()
                .flatMap(slice -> slice.endpoints().stream())
                .map(SliceSpec.Endpoint::address)
                .distinct()
                .count();
    }
}
