import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A backend of the demo, run from source: {@code java Backend.java NAME ADDRESS}. Each answer names it. HTTP on 18080, a
 * UDP echo on 15300, and enough of Redis on 16379 for PING, SET, GET and INFO. SIGTERM lets whoever is in get an answer.
 */
final class Backend {

    private static final int HTTP = 18080;
    private static final int ECHO = 15300;
    private static final int REDIS = 16379;
    private static final int LOOK_UP_MILLIS = 50;
    private static final long PARTING_MILLIS = 500;

    private final String name;
    private final InetAddress address;
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final Phaser conversations = new Phaser(1);
    private volatile boolean leaving;

    private interface Conversation {
        void hold(BufferedReader in, OutputStream out) throws IOException;
    }

    private Backend(String name, InetAddress address) {
        this.name = name;
        this.address = address;
    }

    public static void main(String[] args) throws IOException {
        Backend backend = new Backend(args[0], InetAddress.ofLiteral(args[1]));
        backend.listen(HTTP, backend::http);
        backend.listen(REDIS, backend::redis);
        Runtime.getRuntime().addShutdownHook(new Thread(backend::leave));
        backend.echo();
    }

    private void listen(int port, Conversation conversation) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(address, port), 1024);
        conversations.register();
        Thread.ofPlatform().daemon().start(() -> {
            try (listener) {
                accept(listener, conversation);
            } catch (IOException e) {
                System.err.println(name + " accepts nobody any more: " + e);
                System.exit(1);
            } finally {
                conversations.arriveAndDeregister();
            }
        });
    }

    /** Returns when this backend leaves and nobody waits to be accepted: to close before would reset whoever does. */
    private void accept(ServerSocket listener, Conversation conversation) throws IOException {
        while (true) {
            listener.setSoTimeout(leaving ? 1 : LOOK_UP_MILLIS);
            try {
                Socket socket = listener.accept();
                conversations.register();
                Thread.startVirtualThread(() -> serve(socket, conversation));
            } catch (SocketTimeoutException e) {
                if (leaving) {
                    return;
                }
            }
        }
    }

    private void leave() {
        leaving = true;
        try {
            conversations.awaitAdvanceInterruptibly(conversations.arrive(), PARTING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException | TimeoutException e) {
            System.err.println(name + " leaves somebody unanswered: " + e);
        }
    }

    private void serve(Socket socket, Conversation conversation) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            conversation.hold(in, socket.getOutputStream());
        } catch (IOException e) {
            // The client left.
        } finally {
            conversations.arriveAndDeregister();
        }
    }

    private void http(BufferedReader in, OutputStream out) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isEmpty()) {
                String body = "hello from " + name + "\n";
                say(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        }
    }

    /** Takes inline commands ("PING") and arrays ("*1 $4 PING"), as redis-cli sends them. */
    private void redis(BufferedReader in, OutputStream out) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.startsWith("*") ? array(in, Integer.parseInt(line.substring(1))) : line.split(" ");
            say(out, answer(words));
        }
    }

    private static String[] array(BufferedReader in, int length) throws IOException {
        String[] words = new String[length];
        for (int i = 0; i < length; i++) {
            in.readLine();
            words[i] = in.readLine();
        }
        return words;
    }

    private String answer(String[] words) {
        return switch (words[0].toUpperCase(java.util.Locale.ROOT)) {
            case "PING" -> "+PONG from " + name + "\r\n";
            case "SET" -> {
                values.put(words[1], words[2]);
                yield "+OK\r\n";
            }
            case "GET" -> {
                String value = values.get(words[1]);
                yield value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
            }
            case "INFO" -> "+backend:" + name + "\r\n";
            default -> "-ERR this demo knows PING, SET, GET and INFO\r\n";
        };
    }

    private void echo() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, ECHO))) {
            System.out.println(name + " is up on " + address.getHostAddress());
            byte[] buffer = new byte[65_536];
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] prefix = (name + " heard: ").getBytes(StandardCharsets.UTF_8);
                byte[] answer = new byte[prefix.length + packet.getLength()];
                System.arraycopy(prefix, 0, answer, 0, prefix.length);
                System.arraycopy(buffer, 0, answer, prefix.length, packet.getLength());
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        }
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
