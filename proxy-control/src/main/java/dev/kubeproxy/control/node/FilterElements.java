package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ServicePort;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What one frontend of a service port asks of the table. Pure. */
final class FilterElements {

    private FilterElements() {}

    /** @param guards true where the table also keeps host processes from being reached at service addresses */
    static Set<FilterElement> of(ServicePort port, Frontend frontend, Access access, boolean guards) {
        boolean insideEmpty = port.pool(access.inside()).isEmpty();
        boolean outsideEmpty = port.pool(access.outside()).isEmpty();
        Set<FilterElement> elements = new HashSet<>();
        if (port.silent(access)) {
            elements.add(insideEmpty ? FilterElement.dropped(frontend) : FilterElement.droppedOutside(frontend));
        }
        List<Cidr> clients = disjoint(access.clients());
        if (!clients.isEmpty() && clients.stream().noneMatch(range -> range.prefix() == 0)) {
            elements.add(FilterElement.ranged(frontend));
            clients.forEach(range -> elements.add(FilterElement.allowed(frontend, range)));
        }
        if (guards && access.kind().serviceAddress() && !(insideEmpty && outsideEmpty)) {
            elements.add(FilterElement.open(frontend));
        }
        return elements;
    }

    /** Without ranges that lie in others, which nftables takes for a conflict. */
    private static List<Cidr> disjoint(List<Cidr> ranges) {
        return ranges.stream()
                .distinct()
                .filter(range -> ranges.stream()
                        .noneMatch(other -> other.prefix() < range.prefix() && other.contains(range.network())))
                .toList();
    }
}
