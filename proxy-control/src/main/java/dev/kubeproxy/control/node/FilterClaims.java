package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Claim;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServiceState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What the table shall have for each frontend: what the service port asks for that has it, and nothing of those that want
 * it in vain (rule H3). Confined to the sync thread.
 */
final class FilterClaims {

    private final boolean guards;
    private final Map<ServiceName, ServiceState> services = new HashMap<>();
    private final Map<Frontend, NavigableMap<Claim, Set<FilterElement>>> claims = new HashMap<>();

    FilterClaims(boolean guards) {
        this.guards = guards;
    }

    /** Puts the Service's new state in the place of its old one. */
    void put(ServiceState service) {
        ServiceState before =
                service.ports().isEmpty() ? services.remove(service.name()) : services.put(service.name(), service);
        if (before != null) {
            each(
                    before,
                    (frontend, claim) -> claims.computeIfPresent(frontend, (_, wanted) -> {
                        wanted.remove(claim);
                        return wanted.isEmpty() ? null : wanted;
                    }));
        }
        service.ports()
                .forEach(port -> port.frontends()
                        .forEach((frontend, access) -> claims.computeIfAbsent(frontend, _ -> new TreeMap<>())
                                .put(
                                        new Claim(service.created(), port.name()),
                                        FilterElements.of(port, frontend, access, guards))));
    }

    /** The frontends that the Service has now. */
    Set<Frontend> frontends(ServiceName service) {
        Set<Frontend> frontends = new HashSet<>();
        ServiceState state = services.get(service);
        if (state != null) {
            each(state, (frontend, _) -> frontends.add(frontend));
        }
        return frontends;
    }

    Set<FilterElement> elements(Frontend frontend) {
        NavigableMap<Claim, Set<FilterElement>> wanted = claims.get(frontend);
        return wanted == null ? Set.of() : wanted.firstEntry().getValue();
    }

    private static void each(ServiceState service, BiConsumer<Frontend, Claim> action) {
        service.ports()
                .forEach(port -> port.frontends()
                        .keySet()
                        .forEach(frontend -> action.accept(frontend, new Claim(service.created(), port.name()))));
    }
}
