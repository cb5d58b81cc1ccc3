package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.model.CloseReason;

/** One of the two ends of a connection. */
enum Side {
    CLIENT(CloseReason.CLIENT_RESET),
    BACKEND(CloseReason.BACKEND_RESET);

    /** Why a connection ends that this side breaks. */
    final CloseReason resetReason;

    Side(CloseReason resetReason) {
        this.resetReason = resetReason;
    }

    Side other() {
        return this == CLIENT ? BACKEND : CLIENT;
    }
}
