package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.transport.StreamSocket;

/**
 * Step 3 of 3 on the TCP path, once for each side: what its socket receives goes to the other's by itself. A FIN is passed on
 * as a FIN behind all data, a reset as a reset (rule F3).
 */
record RelayEvents(TcpConnection connection, Side side) implements StreamSocket.Events {

    @Override
    public void onBytes(int bytes) {
        if (side == Side.CLIENT) {
            connection.observer().onBytesFromClient(bytes);
        } else {
            connection.observer().onBytesFromBackend(bytes);
        }
    }

    @Override
    public void onEnd() {
        connection.onFinished(side);
    }

    @Override
    public void onBroken(Throwable cause) {
        connection.reset(CloseReasons.of(cause, side.resetReason));
    }
}
