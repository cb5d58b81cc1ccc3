package dev.kubeproxy.server.testing;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend on a loopback address whose behaviour towards each connection a test writes down. */
public final class TcpServer implements AutoCloseable {

    /** What the server does with one connection; the socket is closed afterwards. */
    public interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    private TcpServer(ServerSocket listener, Behaviour behaviour) {
        this.listener = listener;
        Thread.startVirtualThread(() -> accept(behaviour));
    }

    public static TcpServer on(String address, Behaviour behaviour) {
        return on(address, 0, behaviour);
    }

    /** On the port, or any free one for 0. */
    public static TcpServer on(String address, int port, Behaviour behaviour) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress(Addresses.parse(address), port), 1024);
            return new TcpServer(listener, behaviour);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends back what it gets, until the client has finished. */
    public static TcpServer echo() {
        return on("127.0.0.1", socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** Says its name and closes. */
    public static TcpServer naming(String name) {
        return naming(name, "127.0.0.1");
    }

    /** The same on an address of its own, or on all: {@code 0.0.0.0}. */
    public static TcpServer naming(String name, String address) {
        return on(address, socket -> socket.getOutputStream().write(name.getBytes(StandardCharsets.UTF_8)));
    }

    public Backend backend() {
        InetAddress address = listener.getInetAddress();
        return Backend.of(address, listener.getLocalPort());
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Connections accepted so far. */
    public int accepted() {
        return accepted.get();
    }

    /** Stops listening; what is open goes on. */
    public void stopListening() {
        closeQuietly(listener);
    }

    @Override
    public void close() {
        stopListening();
        open.forEach(TcpServer::closeQuietly);
    }

    private void accept(Behaviour behaviour) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                open.add(socket);
                Thread.startVirtualThread(() -> serve(behaviour, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Behaviour behaviour, Socket socket) {
        try (socket) {
            behaviour.serve(socket);
        } catch (IOException e) {
            // The test sees the client's side of it.
        } finally {
            open.remove(socket);
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
