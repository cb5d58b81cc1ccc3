package dev.kubeproxy.control;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The endpoint of a {@link Rehearsal}: answers HTTP and echoes datagrams on one port number of 127.0.0.1. */
final class RehearsedBackend implements AutoCloseable {

    private final ServerSocket listener;
    private final DatagramSocket echo;

    RehearsedBackend() throws IOException {
        InetAddress address = InetAddress.ofLiteral("127.0.0.1");
        listener = new ServerSocket(0, 0, address);
        echo = new DatagramSocket(listener.getLocalPort(), address);
        Thread.ofPlatform().daemon().start(this::answer);
        Thread.ofPlatform().daemon().start(this::echo);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        echo.close();
    }

    private void answer() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                client.getInputStream().read();
                client.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            } catch (IOException _) {
                // the next one
            }
        }
    }

    private void echo() {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        while (!echo.isClosed()) {
            try {
                echo.receive(packet);
                echo.send(packet);
            } catch (IOException _) {
                // the next one
            }
        }
    }
}
