package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.net.InetAddress;

/**
 * Where a listener sends its clients: the live pools of one service port, and who counts them.
 *
 * @param address the frontend's; the node itself comes in with it as its source
 * @param inside for clients of this node
 * @param outside for all others; the same pool where policies make no difference
 * @param drain which connections go on when endpoints leave
 */
public record Route(
        ServicePortName name,
        InetAddress address,
        Access access,
        Insiders insiders,
        PoolRef inside,
        PoolRef outside,
        DrainRef drain,
        UdpBalancing udpBalancing,
        ServicePortObserver observer) {

    /** What chooses for the client. */
    public Picker picker(InetAddress client) {
        if (!access.admits(client)) {
            return DenyingPicker.INSTANCE;
        }
        boolean isInside = inside.equals(outside) || client.equals(address) || insiders.contains(client);
        return (isInside ? inside : outside).current();
    }
}
