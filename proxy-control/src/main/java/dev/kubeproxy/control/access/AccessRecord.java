package dev.kubeproxy.control.access;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.ServicePortName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one connection or UDP session once it has ended.
 *
 * @param frontend the address and port that the client dialled; for UDP, that the listener is bound to
 * @param backend the last that was dialled; null where none was
 * @param attempts to connect to a backend; 1 for a session
 */
record AccessRecord(
        Instant ended,
        ServicePortName name,
        InetSocketAddress client,
        InetSocketAddress frontend,
        @Nullable Backend backend,
        Amount fromClient,
        Amount fromBackend,
        Duration duration,
        int attempts,
        CloseReason reason) {

    /** @param datagrams 0 for a connection */
    record Amount(long bytes, long datagrams) {}

    /** True where all went as client and backend wanted: the end that a connection, or a session, is meant to have. */
    static boolean isGood(CloseReason reason) {
        return reason == CloseReason.COMPLETED || reason == CloseReason.IDLE;
    }
}
