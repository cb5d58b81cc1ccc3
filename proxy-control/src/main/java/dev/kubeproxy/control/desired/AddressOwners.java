package dev.kubeproxy.control.desired;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells which addresses of Services are not for this node to make local, since they are another machine's or a pod's: an
 * address that is made local is cut off from here, with all its ports. kube-proxy, which captures single ports, serves
 * them all (rule I3). Confined to the sync thread.
 */
record AddressOwners(OtherMachines machines, PodAddresses pods) {

    /** True where there are changes since this was last asked. */
    boolean takeChanges() {
        boolean ofPods = pods.takeChanges();
        return machines.takeChanges() || ofPods;
    }

    /** The Service's addresses that are not for this node; what one of its interfaces has is its own (rule H4). */
    Map<InetAddress, AddressOwner> elsewhere(ServiceSpec service, NodeFacts node) {
        Map<InetAddress, AddressOwner> elsewhere = new HashMap<>();
        service.addresses().forEach(address -> {
            AddressOwner owner = owner(address, service);
            if (owner != null && !node.machineAddresses().contains(address)) {
                elsewhere.put(address, owner);
            }
        });
        return elsewhere;
    }

    /**
     * Nobody but Nodes is believed to have a ClusterIP, even where this node reaches the API server by it. A load
     * balancer's IP is its maker's word, and clouds give addresses anew; external IPs are whoever writes the Service's.
     */
    private @Nullable AddressOwner owner(InetAddress address, ServiceSpec service) {
        if (machines.haveNode(address)) {
            return AddressOwner.NODE;
        }
        if (service.clusterIps().contains(address)) {
            return null;
        }
        if (machines.haveApiServer(address)) {
            return AddressOwner.API_SERVER;
        }
        if (!machines.areKnown()) {
            return AddressOwner.NOT_YET_KNOWN;
        }
        if (service.loadBalancerIps().contains(address)) {
            return null;
        }
        if (machines.hadNode(address)) {
            return AddressOwner.DELETED_NODE;
        }
        return pods.contains(address) ? AddressOwner.POD : null;
    }
}
