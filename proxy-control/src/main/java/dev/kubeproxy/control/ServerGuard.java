package dev.kubeproxy.control;

import dev.kubeproxy.control.node.AddressGuard;
import dev.kubeproxy.server.ProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;

/** The data plane as what guards service addresses. */
record ServerGuard(ProxyServer server) implements AddressGuard {

    @Override
    public void guard(Collection<InetAddress> addresses) throws IOException {
        server.guard(addresses);
    }

    @Override
    public void unguard(Collection<InetAddress> addresses) {
        server.unguard(addresses);
    }
}
