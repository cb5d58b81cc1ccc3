package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.util.List;

/**
 * What a Service's manifest says of the addresses that it wants; what it leaves out is for {@link AddressAllocation} to
 * choose.
 *
 * @param clusterIps the addresses asked for by name, empty where any will do
 * @param ipFamilies {@code spec.ipFamilies}, may be empty
 * @param ipFamilyPolicy {@code spec.ipFamilyPolicy}, may be empty
 * @param nodePorts the ports that need a nodePort
 */
public record AddressRequest(
        ServiceName name,
        List<String> clusterIps,
        List<String> ipFamilies,
        String ipFamilyPolicy,
        List<Port> nodePorts) {

    public AddressRequest {
        clusterIps = List.copyOf(clusterIps);
        ipFamilies = List.copyOf(ipFamilies);
        nodePorts = List.copyOf(nodePorts);
    }

    /**
     * One service port that needs a nodePort.
     *
     * @param nodePort the one asked for by number, 0 where any will do
     */
    public record Port(int port, Protocol protocol, int nodePort) {}

    /** True where the manifest names an address or a nodePort. */
    boolean namesAny() {
        return !clusterIps.isEmpty() || nodePorts.stream().anyMatch(port -> port.nodePort() != 0);
    }
}
