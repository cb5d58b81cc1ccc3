package dev.kubeproxy.server.observe;

import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;

/**
 * Watches one service port. Called by many event loops at once: implementations count, they do not log or block.
 *
 * <p>Each {@code onAccept} is followed by one {@code onClose}, each {@code onSessionOpen} by one {@code onSessionClose}.
 */
public interface ServicePortObserver {

    ServicePortObserver NOOP = new ServicePortObserver() {};

    /** The pool was swapped in. Called on the sync thread. */
    default void onPool(BackendPool pool) {}

    /** A TCP connection was accepted. */
    default void onAccept() {}

    /** A backend answered the attempt to connect after {@code nanos}. */
    default void onDial(long nanos) {}

    /** An attempt to connect failed after {@code nanos}; another may follow. */
    default void onDialFailure(long nanos) {}

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
