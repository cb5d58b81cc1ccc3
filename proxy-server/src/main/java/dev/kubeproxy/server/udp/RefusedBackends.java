package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.model.Backend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which backend refused a client's last datagram, so that the next one goes elsewhere (rule G7). It is remembered for
 * the client's socket and once for its address, because many clients ask again from another port. The newest {@value
 * #MOST} are kept.
 */
final class RefusedBackends {

    private static final int MOST = 1024;

    private final Map<InetSocketAddress, Backend> bySocket = new Newest<>();
    private final Map<InetAddress, Backend> byAddress = new Newest<>();

    void remember(InetSocketAddress client, Backend backend) {
        bySocket.put(client, backend);
        byAddress.put(client.getAddress(), backend);
    }

    /** The backends to avoid in the client's next pick, and in that one only. */
    List<Backend> take(InetSocketAddress client) {
        if (byAddress.isEmpty() && bySocket.isEmpty()) {
            return List.of();
        }
        Backend refused = bySocket.remove(client);
        if (refused == null) {
            refused = byAddress.remove(client.getAddress());
        }
        return refused == null ? List.of() : List.of(refused);
    }

    private static final class Newest<K> extends LinkedHashMap<K, Backend> {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.@Nullable Entry<K, Backend> eldest) {
            return size() > MOST;
        }
    }
}
