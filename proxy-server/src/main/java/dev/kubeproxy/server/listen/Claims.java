package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.model.Claim;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ServicePortName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which service ports want which frontends. Of several that want the same one, the Service that was made first has it
 * (rule H3). Confined to the sync thread.
 */
final class Claims {

    private final Map<Frontend, NavigableSet<Claim>> claims = new HashMap<>();

    void add(Frontend frontend, ServicePortName owner, Instant created) {
        claims.computeIfAbsent(frontend, _ -> new TreeSet<>()).add(new Claim(created, owner));
    }

    void remove(Frontend frontend, ServicePortName owner, Instant created) {
        claims.computeIfPresent(frontend, (_, wanted) -> {
            wanted.remove(new Claim(created, owner));
            return wanted.isEmpty() ? null : wanted;
        });
    }

    /** Who wants the frontend; the first has it. */
    List<ServicePortName> claimants(Frontend frontend) {
        NavigableSet<Claim> wanted = claims.get(frontend);
        return wanted == null ? List.of() : wanted.stream().map(Claim::owner).toList();
    }
}
