package dev.kubeproxy.control.kube;

import static dev.kubeproxy.control.kube.FieldReader.each;

import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Reads Nodes: zone, addresses, and whether they are going (rules C9, K4, N12). Pure; any thread. */
public final class NodeReader {

    private static final String ZONE_LABEL = "topology.kubernetes.io/zone";

    /** The autoscaler's mark of a node that it is about to remove. */
    private static final String GOING_TAINT = "ToBeDeletedByClusterAutoscaler";

    public Reading<NodeSpec> read(Node node) {
        FieldReader fields = new FieldReader();
        ServiceName name = fields.name(node.getMetadata());
        if (name == null) {
            return fields.refused();
        }
        String zone = FieldReader.labels(node.getMetadata()).getOrDefault(ZONE_LABEL, "");
        List<NodeAddress> written =
                node.getStatus() == null ? List.of() : each(node.getStatus().getAddresses());
        List<InetAddress> addresses = new ArrayList<>();
        addresses.addAll(ofType("InternalIP", written, fields));
        addresses.addAll(ofType("ExternalIP", written, fields));
        return fields.read(new NodeSpec(name.name(), zone, addresses, isEligible(node), podCidrs(node, fields)));
    }

    private static List<Cidr> podCidrs(Node node, FieldReader fields) {
        List<Cidr> blocks = new ArrayList<>();
        List<String> written =
                node.getSpec() == null ? List.of() : each(node.getSpec().getPodCIDRs());
        for (int i = 0; i < written.size(); i++) {
            try {
                blocks.add(Cidr.parse(written.get(i)));
            } catch (IllegalArgumentException e) {
                fields.problem("spec.podCIDRs[" + i + "]", e.getMessage() + "; it is left out");
            }
        }
        return blocks;
    }

    private static boolean isEligible(Node node) {
        boolean deleted =
                !FieldReader.text(node.getMetadata().getDeletionTimestamp()).isEmpty();
        return !deleted
                && (node.getSpec() == null
                        || each(node.getSpec().getTaints()).stream()
                                .noneMatch(taint -> GOING_TAINT.equals(taint.getKey())));
    }

    private static List<InetAddress> ofType(String type, List<NodeAddress> written, FieldReader fields) {
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            if (type.equals(written.get(i).getType())) {
                InetAddress address = fields.address(
                        "status.addresses[" + i + "].address", written.get(i).getAddress());
                if (address != null) {
                    addresses.add(address);
                }
            }
        }
        return addresses;
    }
}
