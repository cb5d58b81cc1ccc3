package dev.kubeproxy.server.testing;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A UDP backend: answers each datagram with none, one or several. Counts what it gets. */
public final class UdpEchoServer implements AutoCloseable {

    private static final int LARGEST = 65_507;
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final DatagramSocket socket;
    private final Function<byte[], List<byte[]>> answers;
    private final Thread thread;
    private final AtomicInteger received = new AtomicInteger();
    private final Set<SocketAddress> peers = ConcurrentHashMap.newKeySet();

    private UdpEchoServer(InetSocketAddress address, Function<byte[], List<byte[]>> answers) throws IOException {
        this.socket = new DatagramSocket(address);
        this.answers = answers;
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        this.thread = Thread.ofPlatform().daemon().name("udp-echo-" + address).start(this::serve);
    }

    /** Sends back what it gets; on any free port of the address. */
    public static UdpEchoServer on(String address) {
        return on(address, 0, payload -> List.of(payload));
    }

    /** Answers as the function says; on the port, or any free one for 0. */
    public static UdpEchoServer on(String address, int port, Function<byte[], List<byte[]>> answers) {
        try {
            return new UdpEchoServer(new InetSocketAddress(Addresses.parse(address), port), answers);
        } catch (IOException e) {
            throw new UncheckedIOException("no UDP server on " + address, e);
        }
    }

    public Backend backend() {
        return new Backend((InetSocketAddress) socket.getLocalSocketAddress());
    }

    /** How many datagrams arrived. */
    public int received() {
        return received.get();
    }

    /** From how many sockets they came. */
    public int peers() {
        return peers.size();
    }

    /** Once this returns the port refuses. */
    @Override
    public void close() {
        socket.close();
        Await.until(() -> !thread.isAlive());
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        while (!socket.isClosed()) {
            try {
                packet.setLength(LARGEST);
                socket.receive(packet);
                peers.add(packet.getSocketAddress());
                received.incrementAndGet();
                for (byte[] answer : answers.apply(Arrays.copyOf(packet.getData(), packet.getLength()))) {
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // closed, or a peer is gone: the next datagram tells
            }
        }
    }
}
