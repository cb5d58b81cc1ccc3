package dev.kubeproxy.server.model;

import java.time.Duration;

/** How a service port keeps a client on one backend (rules E2-E3). */
public sealed interface Affinity {

    /** Each connection is balanced on its own. */
    record None() implements Affinity {}

    /**
     * A client address stays on its backend until it has opened nothing for {@code timeout}.
     *
     * @param timeout counted from the client's newest connection or datagram session
     */
    record ClientIp(Duration timeout) implements Affinity {}

    Affinity NONE = new None();
}
