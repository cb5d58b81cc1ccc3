package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Connected sockets without a session, a few for each backend, for a few seconds (rule G8). */
final class FreeSockets {

    static final Duration KEPT = Duration.ofSeconds(10);

    private static final int MOST_PER_BACKEND = 64;
    private static final int MOST = 1024;

    private final Ticker ticker;

    /** Of each backend the longest free first; a backend without any has no entry. */
    private final Map<Backend, Deque<ReplyHandler>> byBackend = new HashMap<>();

    private int size;

    FreeSockets(Ticker ticker) {
        this.ticker = ticker;
    }

    /** False where there is no room. */
    boolean add(ReplyHandler socket) {
        if (size == MOST) {
            return false;
        }
        Deque<ReplyHandler> sockets = byBackend.computeIfAbsent(socket.backend(), _ -> new ArrayDeque<>());
        if (sockets.size() == MOST_PER_BACKEND) {
            return false;
        }
        socket.freeSince(ticker.nanos());
        sockets.addLast(socket);
        size++;
        return true;
    }

    /** The socket that has been silent for longest. */
    @Nullable
    ReplyHandler take(Backend backend) {
        Deque<ReplyHandler> sockets = byBackend.get(backend);
        if (sockets == null) {
            return null;
        }
        ReplyHandler socket = sockets.removeFirst();
        size--;
        if (sockets.isEmpty()) {
            byBackend.remove(backend);
        }
        return socket;
    }

    void remove(ReplyHandler socket) {
        Deque<ReplyHandler> sockets = byBackend.get(socket.backend());
        if (sockets != null && sockets.remove(socket)) {
            size--;
            if (sockets.isEmpty()) {
                byBackend.remove(socket.backend());
            }
        }
    }

    /** Closes any one, to give its descriptor to another; false where there is none. */
    boolean closeOne() {
        if (isEmpty()) {
            return false;
        }
        ReplyHandler socket = take(byBackend.keySet().iterator().next());
        if (socket != null) {
            socket.close();
        }
        return true;
    }

    void closeIdle() {
        long freeBefore = ticker.nanos() - KEPT.toNanos();
        for (Iterator<Deque<ReplyHandler>> all = byBackend.values().iterator(); all.hasNext(); ) {
            Deque<ReplyHandler> sockets = all.next();
            while (!sockets.isEmpty() && sockets.getFirst().freeSince() - freeBefore <= 0) {
                sockets.removeFirst().close();
                size--;
            }
            if (sockets.isEmpty()) {
                all.remove();
            }
        }
    }

    boolean isEmpty() {
        return size == 0;
    }
}
