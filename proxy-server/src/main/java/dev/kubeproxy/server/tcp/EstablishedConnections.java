package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.observe.LongestOpen;
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
 * connections that run. A port's are a chain through the connections' own {@link Link}s, and so are all by age: none costs
 * an allocation here. Confined to the event loop.
 */
final class EstablishedConnections {

    private static final int KEEP_ALIVE_SECONDS = 15;

    private final EventExecutor loop;
    /** Of each port that has any, the newest. */
    private final Map<DrainRef, Link> newest = new HashMap<>();

    private @Nullable Link newestOfAll;
    private @Nullable Link oldestOfAll;
    private int size;
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
        link.before = newestOfAll;
        if (newestOfAll == null) {
            oldestOfAll = link;
        } else {
            newestOfAll.after = link;
        }
        newestOfAll = link;
        size++;
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
        if (link.before == null) {
            oldestOfAll = link.after;
        } else {
            link.before.after = link.after;
        }
        if (link.after == null) {
            newestOfAll = link.before;
        } else {
            link.after.before = link.before;
        }
        size--;
        link.leave();
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

    /** Resets all: the process ends. */
    void endAll() {
        Link link = oldestOfAll;
        while (link != null) {
            Link next = link.after; // before the connection ends and leaves
            link.connection.reset(CloseReason.SHUTDOWN);
            link = next;
        }
    }

    /**
     * At most so many of them; costs as much as these, however many there are.
     *
     * @param nanos the moment that ages are of, by the system's ticker
     */
    LongestOpen longestOpen(int most, long nanos) {
        List<OpenConnection> oldest = new ArrayList<>();
        int seen = 0;
        for (Link next = oldestOfAll; next != null && seen < most; next = next.after) {
            next.connection.describe(nanos).ifPresent(oldest::add);
            seen++;
        }
        return new LongestOpen(oldest, size - seen);
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

    /** A connection's place among those of its port, and among all. */
    static final class Link {

        private final TcpConnection connection;
        private @Nullable Link older;
        private @Nullable Link newer;
        private @Nullable Link before;
        private @Nullable Link after;

        Link(TcpConnection connection) {
            this.connection = connection;
        }

        /** One in the old generation that is garbage must not keep those that came after it: they would follow it there. */
        private void leave() {
            older = null;
            newer = null;
            before = null;
            after = null;
        }

        private DrainRef port() {
            return connection.route().drain();
        }
    }
}
