package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.Collection;
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

    /** Even where both policies are Local: nodes and pods may reach external addresses by any endpoint (rule D5). */
    boolean needClusterList() {
        return internal == TrafficPolicy.CLUSTER || external != null;
    }

    boolean needLocalList() {
        return internal == TrafficPolicy.LOCAL || external == TrafficPolicy.LOCAL;
    }
}
