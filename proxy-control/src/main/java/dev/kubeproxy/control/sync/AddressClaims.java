package dev.kubeproxy.control.sync;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Set;

/**
 * Makes service addresses local to this node, so that sockets can bind to them. Called on the sync thread only. Tells
 * the operator itself what fails and what to do about it.
 */
public interface AddressClaims {

    /** Looks at what is local and which of it is ours, whoever changed it. Comes before all else, and now and then. */
    void refresh();

    /** The addresses that are local because of us, those of an earlier run included. */
    Set<InetAddress> claimed();

    /**
     * Makes the addresses local. Those that are already cost nothing.
     *
     * @return those that could not be made local
     */
    Set<InetAddress> claim(Collection<InetAddress> addresses);

    /**
     * Undoes {@link #claim}. Addresses that are local without us are left alone.
     *
     * @return those that could not be given up
     */
    Set<InetAddress> release(Collection<InetAddress> addresses);
}
