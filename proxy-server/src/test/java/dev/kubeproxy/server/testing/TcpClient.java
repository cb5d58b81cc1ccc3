package dev.kubeproxy.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One TCP connection of a test, with a bound on every wait. */
public final class TcpClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;

    private TcpClient(Socket socket) {
        this.socket = socket;
    }

    /**
     * Connects.
     *
     * @throws java.net.ConnectException when nobody listens
     */
    public static TcpClient connect(InetSocketAddress frontend) throws IOException {
        return connect(new Socket(), frontend);
    }

    private static TcpClient connect(Socket socket, InetSocketAddress frontend) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        try {
            socket.connect(frontend, TIMEOUT_MILLIS);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new TcpClient(socket);
    }

    /** Connects with the smallest receive buffer, so that the server has to wait for this client's reading. */
    public static TcpClient connectNarrow(InetSocketAddress frontend) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1);
        return connect(socket, frontend);
    }

    /** Connects and reads until the server has finished. */
    public static String ask(InetSocketAddress frontend) throws IOException {
        try (TcpClient client = connect(frontend)) {
            return client.readAll();
        }
    }

    public Socket socket() {
        return socket;
    }

    public TcpClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Sends FIN. */
    public TcpClient finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Closes so that the peer sees a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Exactly as many bytes as {@code length}, as text; fewer if the server finishes before. */
    public String read(int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    public String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
