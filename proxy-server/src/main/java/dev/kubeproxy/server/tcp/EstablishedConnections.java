package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.DrainRef;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The connections of one event loop that have their backend, by service port, so that those whose endpoint is gone are
 * found without a look at all others (rule D9). All are here, whatever the drain policy: one that changes holds for
 * connections that run. Confined to the event loop.
 */
final class EstablishedConnections {

    /** A port without any has no entry. */
    private final Map<DrainRef, Set<TcpConnection>> ofPort = new HashMap<>();

    void add(TcpConnection connection) {
        ofPort.computeIfAbsent(connection.route().drain(), _ -> new HashSet<>()).add(connection);
    }

    void remove(TcpConnection connection) {
        DrainRef port = connection.route().drain();
        Set<TcpConnection> connections = ofPort.get(port);
        if (connections != null && connections.remove(connection) && connections.isEmpty()) {
            ofPort.remove(port);
        }
    }

    /** Resets those of the port that may not go on. */
    void endGone(DrainRef port) {
        for (TcpConnection connection : List.copyOf(ofPort.getOrDefault(port, Set.of()))) {
            connection.resetIfGone();
        }
    }
}
