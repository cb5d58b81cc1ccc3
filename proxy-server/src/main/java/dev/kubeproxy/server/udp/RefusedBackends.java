package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which backend refused a client's last datagram, so that the next one goes elsewhere (rule G7). It is remembered for
 * the client's socket and once for its address, because many clients ask again from another port; the socket's own next
 * datagram uses up both. The newest {@value #MOST} are kept, and none for longer than {@link #KEPT}: by then the backend
 * may be well again.
 */
final class RefusedBackends {

    /** Longer than clients wait for an answer before they ask again; a session without one is forgotten then, too. */
    static final Duration KEPT = Duration.ofSeconds(30);

    private static final int MOST = 1024;

    private final Ticker ticker;
    private final Map<InetSocketAddress, Refusal> bySocket = new Newest<>();
    private final Map<InetAddress, Refusal> byAddress = new Newest<>();

    private record Refusal(Backend backend, long nanos) {}

    RefusedBackends(Ticker ticker) {
        this.ticker = ticker;
    }

    void remember(InetSocketAddress client, Backend backend) {
        Refusal refusal = new Refusal(backend, ticker.nanos());
        bySocket.put(client, refusal);
        byAddress.put(client.getAddress(), refusal);
    }

    /** The backends to avoid in the client's next pick, and in that one only. */
    List<Backend> take(InetSocketAddress client) {
        if (byAddress.isEmpty() && bySocket.isEmpty()) {
            return List.of();
        }
        Refusal ofSocket = bySocket.remove(client);
        if (ofSocket != null) {
            byAddress.remove(client.getAddress(), ofSocket);
            if (isFresh(ofSocket)) {
                return List.of(ofSocket.backend());
            }
        }
        Refusal ofAddress = byAddress.remove(client.getAddress());
        return ofAddress != null && isFresh(ofAddress) ? List.of(ofAddress.backend()) : List.of();
    }

    private boolean isFresh(Refusal refusal) {
        return ticker.nanos() - refusal.nanos() < KEPT.toNanos();
    }

    private static final class Newest<K> extends LinkedHashMap<K, Refusal> {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.@Nullable Entry<K, Refusal> eldest) {
            return size() > MOST;
        }
    }
}
