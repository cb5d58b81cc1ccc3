package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/** Chooses among the backends of one pool. Any event loop may ask; choosing neither blocks nor allocates. */
public interface Picker {

    /** The backend for a new connection or session of the client. */
    default Pick pick(InetAddress client) {
        return pick(client, List.of());
    }

    /**
     * The backend for another attempt: one that is not in {@code failed} as long as there is one. A client that is
     * pinned moves its pin there (rule E5).
     */
    Pick pick(InetAddress client, Collection<Backend> failed);

    /** True where a session may stay on the backend. */
    boolean contains(Backend backend);

    /** How many clients are pinned to a backend now (rule E3); some of these pins may be stale. */
    default int pinnedClients() {
        return 0;
    }

    /** The picker for the pool that follows this one: the turn goes on where it stands and surviving pins are kept. */
    Picker over(BackendPool next);
}
