package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Cidr;
import java.net.InetAddress;
import java.util.List;

/**
 * Whose traffic counts as coming from this node: its pods and itself (rule D5). Single writer: the sync thread. Readers:
 * event loops.
 */
public final class Insiders {

    private volatile List<Cidr> blocks = List.of();

    public boolean contains(InetAddress client) {
        return client.isLoopbackAddress() || blocks.stream().anyMatch(block -> block.contains(client));
    }

    public void publish(List<Cidr> next) {
        blocks = List.copyOf(next);
    }
}
