package dev.kubeproxy.server.listen;

import io.netty.util.concurrent.Future;

/** What keeps a frontend open: a socket, an entry in the kernel's socket lookup, or both. Thread-safe. */
interface Binding {

    /** The pool behind the frontend changed, or its route did. */
    void onPoolChanged();

    /** Lets the frontend go. */
    void close();

    /** Complete when the frontend is free, whether {@link #close} was called or the socket died. */
    Future<?> closed();
}
