package dev.kubeproxy.control.node;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;

/** What keeps host processes from being reached at service addresses, once these are local (rule D8). */
public interface AddressGuard {

    /** For who makes nothing local. */
    AddressGuard NONE = new AddressGuard() {
        @Override
        public void guard(Collection<InetAddress> addresses) {}

        @Override
        public void unguard(Collection<InetAddress> addresses) {}
    };

    /**
     * Guards the addresses. Those that are already cost nothing.
     *
     * @throws IOException when some of them are not guarded
     */
    void guard(Collection<InetAddress> addresses) throws IOException;

    /** Undoes {@link #guard}. */
    void unguard(Collection<InetAddress> addresses);
}
