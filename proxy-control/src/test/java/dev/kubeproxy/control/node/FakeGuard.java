package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** A guard that writes down what it guards, and what lost its guard while the machine still had it. */
final class FakeGuard implements AddressGuard {

    private final FakeIp ip;
    private final Set<InetAddress> guarded = new HashSet<>();
    private final Set<InetAddress> exposed = new HashSet<>();
    private boolean broken;

    FakeGuard(FakeIp ip) {
        this.ip = ip;
    }

    void breaks() {
        broken = true;
    }

    Set<InetAddress> guarded() {
        return Set.copyOf(guarded);
    }

    Set<InetAddress> unguardedWhileLocal() {
        return Set.copyOf(exposed);
    }

    @Override
    public void guard(Collection<InetAddress> addresses) throws IOException {
        if (broken) {
            throw new IOException("out of memory");
        }
        guarded.addAll(addresses);
    }

    @Override
    public void unguard(Collection<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            if (guarded.remove(address) && ip.ours().contains(Addresses.text(address))) {
                exposed.add(address);
            }
        }
    }
}
