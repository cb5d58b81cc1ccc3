package dev.kubeproxy.server.observe;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;

/**
 * Watches one service port. Called by many event loops at once: implementations count, they do not log or block.
 *
 * <p>Each {@code onAccept} is followed by one {@code onClose}, each {@code onSessionOpen} by one {@code onSessionClose}.
 */
public interface ServicePortObserver {

    ServicePortObserver NOOP = new ServicePortObserver() {};

    /** The pool was swapped in. Called on the sync thread. */
    default void onPool(BackendPool pool) {}

    /**
     * The port begins to be served. Called on the sync thread.
     *
     * @param pinnedClients says, on any thread, how many clients are pinned to a backend now
     */
    default void onServed(IntSupplier pinnedClients) {}

    /**
     * Who watches one TCP connection from its {@link #onAccept} to its {@link #onClose}: whoever wants to tell
     * connections apart makes one for each, whoever counts stays the one for all.
     */
    default ServicePortObserver connection(InetSocketAddress client, InetSocketAddress frontend) {
        return this;
    }

    /** Who watches one UDP session from its {@link #onSessionOpen} to its {@link #onSessionClose}. */
    default ServicePortObserver session(InetSocketAddress client, InetSocketAddress frontend, Backend backend) {
        return this;
    }

    /** A TCP connection was accepted. */
    default void onAccept() {}

    /** The backend answered the attempt to connect after {@code nanos}. */
    default void onDial(Backend backend, long nanos) {}

    /** An attempt to connect to the backend failed after {@code nanos}; another may follow. */
    default void onDialFailure(Backend backend, long nanos) {}

    /** Another attempt begins for a connection whose last one came to nothing (rule F1). */
    default void onDialRetry() {}

    /** Bytes of a TCP connection were read from the client. */
    default void onBytesFromClient(int bytes) {}

    /** Bytes of a TCP connection were read from the backend. */
    default void onBytesFromBackend(int bytes) {}

    /** A TCP connection ended. */
    default void onClose(CloseReason reason) {}

    /** A client's address and port got a UDP session with a backend. */
    default void onSessionOpen() {}

    /** A datagram went from a client towards its backend. */
    default void onDatagramFromClient(int bytes) {}

    /** A datagram went from a backend towards its client. */
    default void onDatagramFromBackend(int bytes) {}

    /** A datagram of a client found no backend or no room and was dropped. */
    default void onDatagramDropped(CloseReason reason) {}

    /** A UDP session ended. */
    default void onSessionClose(CloseReason reason) {}
}
