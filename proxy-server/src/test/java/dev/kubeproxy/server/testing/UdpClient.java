package dev.kubeproxy.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kubeproxy.server.model.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** A client with one source port. It hears whoever sends to that port, so a reply tells where it comes from. */
public final class UdpClient implements AutoCloseable {

    private static final int LARGEST = 65_507;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DatagramSocket socket;
    private final InetSocketAddress server;

    private UdpClient(InetSocketAddress server) throws IOException {
        String loopback = server.getAddress() instanceof Inet6Address ? "::1" : "127.0.0.1";
        this.socket = new DatagramSocket(new InetSocketAddress(Addresses.parse(loopback), 0));
        this.server = server;
    }

    public static UdpClient of(InetSocketAddress server) {
        try {
            return new UdpClient(server);
        } catch (IOException e) {
            throw new UncheckedIOException("no client socket", e);
        }
    }

    public void send(byte[] payload) {
        try {
            socket.send(new DatagramPacket(payload, payload.length, server));
        } catch (IOException e) {
            throw new UncheckedIOException("not sent to " + server, e);
        }
    }

    public void send(String payload) {
        send(payload.getBytes(UTF_8));
    }

    /** What arrives within five seconds. */
    public Datagram receive() {
        return receive(PATIENCE).orElseThrow(() -> new AssertionError("no reply from " + server));
    }

    /** What arrives within the time, if anything does. */
    public Optional<Datagram> receive(Duration patience) {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("nothing received from " + server, e);
        }
        byte[] payload = Arrays.copyOf(packet.getData(), packet.getLength());
        return Optional.of(new Datagram((InetSocketAddress) packet.getSocketAddress(), payload));
    }

    /** Sends and waits for a reply. */
    public String ask(String payload) {
        send(payload);
        return receive().text();
    }

    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        socket.close();
    }

    /** A reply and where it came from. */
    public static final class Datagram {

        private final InetSocketAddress source;
        private final byte[] payload;

        private Datagram(InetSocketAddress source, byte[] payload) {
            this.source = source;
            this.payload = payload;
        }

        public InetSocketAddress source() {
            return source;
        }

        public byte[] payload() {
            return payload.clone();
        }

        public String text() {
            return new String(payload, UTF_8);
        }
    }
}
