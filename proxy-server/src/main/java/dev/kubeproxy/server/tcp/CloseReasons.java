package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.model.CloseReason;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** What a socket's failure means: trouble on the wire is the peer's, all else is a fault of ours. */
final class CloseReasons {

    private static final Logger LOG = LogManager.getLogger();

    private CloseReasons() {}

    static CloseReason of(Throwable cause, CloseReason onWire) {
        if (cause instanceof ClosedChannelException) {
            return CloseReason.SHUTDOWN; // by the event loop, at its end
        }
        if (cause instanceof IOException) {
            return onWire;
        }
        LOG.error("Unexpected failure on a connection; closing it", cause);
        return CloseReason.INTERNAL;
    }
}
