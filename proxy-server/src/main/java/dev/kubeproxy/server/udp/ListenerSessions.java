package dev.kubeproxy.server.udp;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions of one listener: by client, and by age. */
final class ListenerSessions {

    private final Map<InetSocketAddress, UdpSession> byClient = new HashMap<>();
    private final SessionsByAge byAge = new SessionsByAge();

    @Nullable
    UdpSession find(InetSocketAddress client) {
        return byClient.get(client);
    }

    void add(UdpSession session) {
        byClient.put(session.client(), session);
    }

    void remove(UdpSession session) {
        byClient.remove(session.client(), session);
    }

    int size() {
        return byClient.size();
    }

    SessionsByAge byAge() {
        return byAge;
    }

    /** A copy, so that its sessions can be ended while it is walked. */
    List<UdpSession> all() {
        return List.copyOf(byClient.values());
    }
}
