package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.model.Backend;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one listener: by client and backend, and by age. A client has more than one only where its datagrams
 * are balanced on their own (rule G9); they then form a chain, the newest first.
 */
final class ListenerSessions {

    private final Map<InetSocketAddress, UdpSession> newestOfClient = new HashMap<>();
    private final SessionsByAge byAge = new SessionsByAge();
    private int size;

    /** The client's session, the newest where it has several. */
    @Nullable
    UdpSession find(InetSocketAddress client) {
        return newestOfClient.get(client);
    }

    /** The client's session with the backend. */
    @Nullable
    UdpSession find(InetSocketAddress client, Backend backend) {
        UdpSession session = newestOfClient.get(client);
        while (session != null && !session.backend().equals(backend)) {
            session = session.olderOfClient();
        }
        return session;
    }

    void add(UdpSession session) {
        session.olderOfClient(newestOfClient.put(session.client(), session));
        size++;
    }

    void remove(UdpSession session) {
        UdpSession older = session.olderOfClient();
        UdpSession newest = newestOfClient.get(session.client());
        if (newest != session) {
            newerThan(session, newest).olderOfClient(older);
        } else if (older == null) {
            newestOfClient.remove(session.client());
        } else {
            newestOfClient.put(session.client(), older);
        }
        size--;
    }

    int size() {
        return size;
    }

    SessionsByAge byAge() {
        return byAge;
    }

    /** A copy, so that its sessions can be ended while it is walked. */
    List<UdpSession> all() {
        List<UdpSession> all = new ArrayList<>(size);
        for (UdpSession newest : newestOfClient.values()) {
            for (UdpSession session = newest; session != null; session = session.olderOfClient()) {
                all.add(session);
            }
        }
        return all;
    }

    private static UdpSession newerThan(UdpSession session, @Nullable UdpSession newest) {
        UdpSession newer = newest;
        while (newer != null && newer.olderOfClient() != session) {
            newer = newer.olderOfClient();
        }
        return Objects.requireNonNull(newer, "a session that is not here");
    }
}
