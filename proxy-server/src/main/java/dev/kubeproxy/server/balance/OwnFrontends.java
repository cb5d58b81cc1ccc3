package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The frontends that are open here. An endpoint that is one of them would lead a client's connection back to this proxy, and
 * on and on until nothing is left for other Services (rule F4).
 * Thread-safe.
 */
public final class OwnFrontends {

    private final Set<Frontend> open = ConcurrentHashMap.newKeySet();

    public void add(Frontend frontend) {
        open.add(frontend);
    }

    public void remove(Frontend frontend) {
        open.remove(frontend);
    }

    /** True where whoever dials the backend meets a frontend of this proxy. */
    public boolean include(Backend backend, Protocol protocol) {
        InetAddress address = backend.address().getAddress();
        int port = backend.address().getPort();
        return open.contains(new Frontend(address, port, protocol))
                || (open.contains(new Frontend(IpFamily.of(address).any(), port, protocol))
                        && isOfThisMachine(address));
    }

    /** Asks the kernel: seldom, since an endpoint seldom has a NodePort's number for its port. */
    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException _) {
            return false;
        }
    }
}
