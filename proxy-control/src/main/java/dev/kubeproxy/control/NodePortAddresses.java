package dev.kubeproxy.control;

import dev.kubeproxy.server.model.Cidr;
import java.util.List;

/**
 * On which of the node's addresses NodePorts are served (rule H6).
 *
 * @param primary only on the node's own addresses as its Node object names them
 * @param ranges on addresses in these; none and not primary: on all
 */
public record NodePortAddresses(boolean primary, List<Cidr> ranges) {

    public NodePortAddresses {
        ranges = List.copyOf(ranges);
    }

    static NodePortAddresses of(List<String> items) {
        if (items.contains("primary")) {
            if (items.size() > 1) {
                throw new IllegalArgumentException("\"primary\" goes with nothing else");
            }
            return new NodePortAddresses(true, List.of());
        }
        return new NodePortAddresses(false, items.stream().map(Cidr::parse).toList());
    }
}
