package dev.kubeproxy.server.model;

/**
 * Why a connection or session ended: one constant is the metric tag, the log field and the test's assertion.
 */
public enum CloseReason {
    /** Both sides sent their FIN and everything was delivered. */
    COMPLETED(Origin.NONE),
    /** The client reset the connection. */
    CLIENT_RESET(Origin.DOWNSTREAM),
    /** The client left before a backend was connected. */
    CLIENT_GONE(Origin.DOWNSTREAM),
    /** The backend reset the connection. */
    BACKEND_RESET(Origin.UPSTREAM),
    /** No attempt to connect to a backend succeeded. */
    DIAL_FAILED(Origin.UPSTREAM),
    /** The pool had no backend left when the connection was accepted. */
    NO_BACKEND(Origin.PROXY),
    /** The client is not in the Service's source ranges (rule I2). */
    DENIED(Origin.PROXY),
    /** The session saw no datagram for its idle time. */
    IDLE(Origin.PROXY),
    /** The session's backend left the pool (rule G4). */
    BACKEND_REMOVED(Origin.PROXY),
    /** The connection's endpoint left the Service, and the drain policy is to close (rule D9). */
    ENDPOINT_GONE(Origin.PROXY),
    /** The session made room for a newer one (rule G8). */
    EVICTED(Origin.PROXY),
    /** No file descriptor, or no local port, was free for the upstream side (rule F4). */
    NO_DESCRIPTOR(Origin.PROXY),
    /** The listener or the process stopped. */
    SHUTDOWN(Origin.PROXY),
    /** A fault in this program; the log has the stack trace. */
    INTERNAL(Origin.PROXY);

    /** Which side is to blame. */
    public enum Origin {
        NONE,
        DOWNSTREAM,
        UPSTREAM,
        PROXY
    }

    private final Origin origin;

    CloseReason(Origin origin) {
        this.origin = origin;
    }

    public Origin origin() {
        return origin;
    }
}
