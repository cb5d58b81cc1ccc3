import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A small load of the demo: {@code Load WEB_ADDRESS:PORT ECHO_ADDRESS:PORT}. Some 50 HTTP requests a second, each on a
 * connection of its own, and 10 datagrams, each from a port of its own. Says every second what came of all of them.
 */
final class Load {

    private static final int PATIENCE_MILLIS = 5_000;

    private final InetSocketAddress web;
    private final InetSocketAddress echo;
    private final Tally webTally = new Tally("web");
    private final Tally echoTally = new Tally("echo");

    private interface Exchange {
        void make() throws IOException;
    }

    private record Tally(String name, AtomicLong answers, AtomicLong failures) {

        Tally(String name) {
            this(name, new AtomicLong(), new AtomicLong());
        }

        void count(Exchange exchange) {
            try {
                exchange.make();
                answers.incrementAndGet();
            } catch (IOException e) {
                failures.incrementAndGet();
                System.out.println(name + " failed: " + e);
            }
        }

        @Override
        public String toString() {
            return name + " " + answers + " answers " + failures + " failures";
        }
    }

    private Load(InetSocketAddress web, InetSocketAddress echo) {
        this.web = web;
        this.echo = echo;
    }

    public static void main(String[] args) {
        new Load(address(args[0]), address(args[1])).run();
    }

    private void run() {
        ScheduledExecutorService executor = Executors.newScheduledThreadPool(3);
        executor.scheduleWithFixedDelay(() -> webTally.count(this::request), 0, 20, TimeUnit.MILLISECONDS);
        executor.scheduleWithFixedDelay(() -> echoTally.count(this::datagram), 0, 100, TimeUnit.MILLISECONDS);
        executor.scheduleAtFixedRate(() -> System.out.println(webTally + ", " + echoTally), 1, 1, TimeUnit.SECONDS);
    }

    private void request() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(web, PATIENCE_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line;
            do {
                line = in.readLine();
                if (line == null) {
                    throw new IOException("closed before the answer's end");
                }
            } while (!line.startsWith("hello from "));
        }
    }

    private void datagram() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(echo);
            byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(text, text.length));
            socket.receive(new DatagramPacket(new byte[1_500], 1_500));
        }
    }

    private static InetSocketAddress address(String text) {
        URI uri = URI.create("any://" + text);
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }
}
