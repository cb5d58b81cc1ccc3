package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Addresses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program that listens and dials in a network namespace, as a test tells it: a command a line, an answer a line.
 *
 * <ul>
 *   <li>{@code listen tcp|udp ADDRESS PORT}: sends back what it gets
 *   <li>{@code dial tcp|udp ADDRESS PORT [SOURCE]}: answered, refused or silent
 *   <li>{@code hold ADDRESS PORT}, {@code talk}: a TCP connection that stays, and whether it still works
 * </ul>
 */
final class Dialler {

    /** The kernel answers in microseconds, where it does. */
    private static final int SILENCE_MILLIS = 1_000;

    private final List<AutoCloseable> open = new ArrayList<>();
    private @Nullable Socket held;

    private Dialler() {}

    public static void main(String[] args) throws IOException {
        Dialler dialler = new Dialler();
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(dialler.answer(line.split(" ", -1)));
        }
        System.exit(0);
    }

    private String answer(String[] words) {
        try {
            return switch (words[0]) {
                case "listen" -> listen(words[1].equals("tcp"), at(words[2], words[3]));
                case "dial" -> dial(words[1].equals("tcp"), at(words[2], words[3]), words.length > 4 ? words[4] : null);
                case "hold" -> hold(at(words[1], words[2]));
                case "talk" -> talk();
                default -> "unknown";
            };
        } catch (ConnectException | PortUnreachableException e) {
            return "refused";
        } catch (SocketTimeoutException e) {
            return "silent";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String listen(boolean tcp, InetSocketAddress address) throws IOException {
        if (tcp) {
            ServerSocket listener = new ServerSocket();
            listener.bind(address);
            open.add(listener);
            Thread.ofVirtual().start(() -> accept(listener));
        } else {
            DatagramSocket socket = new DatagramSocket(address);
            open.add(socket);
            Thread.ofVirtual().start(() -> sendBack(socket));
        }
        return "listening";
    }

    private static void accept(ServerSocket listener) {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> sendBack(client));
            }
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static void sendBack(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static void sendBack(DatagramSocket socket) {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[10], 10);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private static String dial(boolean tcp, InetSocketAddress to, @Nullable String source) throws IOException {
        var from = source == null ? null : new InetSocketAddress(Addresses.parse(source), 0);
        if (tcp) {
            try (Socket socket = new Socket()) {
                socket.bind(from);
                return exchange(socket, to);
            }
        }
        try (DatagramSocket socket = from == null ? new DatagramSocket() : new DatagramSocket(from)) {
            socket.setSoTimeout(SILENCE_MILLIS);
            socket.connect(to);
            socket.send(new DatagramPacket(new byte[1], 1));
            socket.receive(new DatagramPacket(new byte[1], 1));
            return "answered";
        }
    }

    private String hold(InetSocketAddress to) throws IOException {
        held = new Socket();
        open.add(held);
        return exchange(held, to);
    }

    private static String exchange(Socket socket, InetSocketAddress to) throws IOException {
        socket.setSoTimeout(10 * SILENCE_MILLIS);
        socket.connect(to, SILENCE_MILLIS);
        return talk(socket);
    }

    private String talk() throws IOException {
        return held == null ? "nothing held" : talk(held);
    }

    private static String talk(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        return socket.getInputStream().read() == 'x' ? "answered" : "ended";
    }

    private static InetSocketAddress at(String address, String port) {
        return new InetSocketAddress(Addresses.parse(address), Integer.parseInt(port));
    }
}
