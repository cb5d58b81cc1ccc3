package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.observe.OpenConnection;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop that have their backend, by service port, so that those whose endpoint is gone are
 * found without a look at all others (rule D9). All are here, whatever the drain policy: one that changes holds for
 * connections that run. A port's are a chain through the connections' own {@link Link}s, so that none costs an
 * allocation here. Confined to the event loop.
 */
final class EstablishedConnections {

    private static final int KEEP_ALIVE_SECONDS = 15;

    private final EventExecutor loop;
    /** Of each port that has any, the newest. */
    private final Map<DrainRef, Link> newest = new HashMap<>();

    private boolean sweeping;

    EstablishedConnections(EventExecutor loop) {
        this.loop = loop;
    }

    void add(Link link) {
        sweepLater();
        Link older = newest.put(link.port(), link);
        link.older = older;
        if (older != null) {
            older.newer = link;
        }
    }

    void remove(Link link) {
        if (link.older != null) {
            link.older.newer = link.newer;
        }
        if (link.newer != null) {
            link.newer.older = link.older;
        } else if (link.older != null) {
            newest.put(link.port(), link.older);
        } else {
            newest.remove(link.port());
        }
    }

    /** Resets those of the port that may not go on. */
    void endGone(DrainRef port) {
        Link link = newest.get(port);
        while (link != null) {
            Link next = link.older; // before the connection ends and leaves
            link.connection.resetIfGone();
            link = next;
        }
    }

    /** At most so many of them, the newest of each port first. */
    List<OpenConnection> describe(int most) {
        List<OpenConnection> open = new ArrayList<>();
        for (Link link : newest.values()) {
            for (Link next = link; next != null && open.size() < most; next = next.older) {
                next.connection.describe().ifPresent(open::add);
            }
        }
        return open;
    }

    /** Only connections that last have the kernel look after their backend: the others need not pay for it. */
    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            loop.schedule(this::sweep, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        for (Link link : newest.values()) {
            for (Link next = link; next != null && next.connection.keepAlive(); next = next.older) {}
        }
        if (!newest.isEmpty()) {
            sweepLater();
        }
    }

    /** A connection's place among those of its port. */
    static final class Link {

        private final TcpConnection connection;
        private @Nullable Link older;
        private @Nullable Link newer;

        Link(TcpConnection connection) {
            this.connection = connection;
        }

        private DrainRef port() {
            return connection.route().drain();
        }
    }
}
