package dev.kubeproxy.server.testing;

import dev.kubeproxy.server.model.Backend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A backend that answers no attempt to connect: its backlog is full, so the kernel drops what comes. */
public final class BlackHole implements AutoCloseable {

    private static final int SILENT_MILLIS = 100;

    private final ServerSocket listener;
    private final List<Socket> backlog = new ArrayList<>();

    private BlackHole(ServerSocket listener) {
        this.listener = listener;
    }

    public static BlackHole open() throws IOException {
        BlackHole hole = new BlackHole(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        while (hole.answers()) {
            // One connection more in the backlog.
        }
        return hole;
    }

    public Backend backend() {
        return Backend.of(listener.getInetAddress(), listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : backlog) {
            socket.close();
        }
        listener.close();
    }

    private boolean answers() throws IOException {
        Socket socket = new Socket();
        backlog.add(socket);
        try {
            socket.connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), SILENT_MILLIS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
