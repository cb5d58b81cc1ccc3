package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.NoLeaks;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
@Timeout(120)
class HttpPortIT {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(Addresses.parse("127.0.0.1"), 0);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final HttpClients FEW = new HttpClients(10);
    private static final Limits PATIENT = new Limits(new HttpClients(1000), LONG, LONG, LONG);
    private static final long MANY = 64 << 20;

    private final AtomicLong written = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        held.countDown();
        for (AutoCloseable it : opened.reversed()) {
            it.close();
        }
    }

    @Test
    void aHundredPortsShareOneThread() throws Exception {
        open(PATIENT);
        int before = Thread.getAllStackTraces().size();
        for (int i = 0; i < 100; i++) {
            assertThat(answers(open(PATIENT), "GET /echo/x HTTP/1.0\r\n\r\n")).endsWith("/echo/x");
        }
        List<String> threads = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .toList();
        assertThat(threads).filteredOn("http"::equals).hasSize(1);
        assertThat(threads).hasSizeLessThan(before + 20); // those that carry virtual threads are among them
    }

    @Test
    void aSlowReaderOfALongPageFillsNoMemoryAndHoldsUpNobody() throws Exception {
        HttpPort port = open(PATIENT);
        Socket slow = connect(port);
        send(slow, "GET /many HTTP/1.0\r\n\r\n");
        awaitStandstill(written);
        for (int i = 0; i < 20; i++) {
            assertThat(answers(port, "GET /echo/other HTTP/1.0\r\n\r\n")).endsWith("/echo/other");
        }
        assertThat(written).as("what the kernel's buffers hold").hasValueLessThan(MANY / 4);
        long read = 0;
        byte[] buffer = new byte[1 << 16];
        for (int bytes = 0; bytes >= 0; bytes = slow.getInputStream().read(buffer)) {
            read += bytes;
        }
        assertThat(written).hasValue(MANY);
        assertThat(read).isBetween(MANY, MANY + 1000);
    }

    @Test
    void aPageOfUnknownLengthComesInChunksAndTheConnectionStays() throws Exception {
        Socket client = connect(open(PATIENT));
        send(client, "GET /stream HTTP/1.1\r\n\r\nHEAD /stream HTTP/1.1\r\n\r\n");
        send(client, "GET /echo/end HTTP/1.1\r\nConnection: close\r\n\r\n");
        assertThat(read(client))
                .containsIgnoringCase("Transfer-Encoding: chunked\r\n\r\n6\r\nstream\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("Transfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\n")
                .endsWith("\r\n\r\n/echo/end");
    }

    @Test
    void toAnOldClientTheEndOfTheConnectionIsTheEndOfThePage() throws Exception {
        assertThat(answers(open(PATIENT), "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
                .doesNotContainIgnoringCase("chunked")
                .endsWith("\r\n\r\nstream");
    }

    @Test
    void aLongPageOfKnownLengthTellsIt() throws Exception {
        assertThat(answers(open(PATIENT), "GET /long HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .containsIgnoringCase("Content-Length: 100000\r\n")
                .endsWith("\r\n\r\n" + "x".repeat(100_000));
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            requests.append("GET /echo/%d HTTP/1.1\r\nHost: x\r\n\r\n".formatted(i));
            expected.append("/echo/").append(i).append('\n');
        }
        Socket client = connect(open(PATIENT));
        send(client, requests.toString());
        client.shutdownOutput();
        assertThat(bodies(read(client))).isEqualTo(expected.toString());
    }

    @Test
    void whatFollowsTheLastRequestIsLeftAlone() throws Exception {
        String last = "PUT /count HTTP/1.1\r\nConnection: close\r\n\r\n";
        assertThat(bodies(answers(open(PATIENT), last + last))).isEqualTo("1\n");
        assertThat(asked).hasValue(1);
    }

    @Test
    void nonsenseIsABadRequestAndTheEnd() throws Exception {
        HttpPort port = open(PATIENT);
        for (String nonsense : List.of(
                "nonsense\r\n\r\n",
                "GET /echo/ HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                "GET /echo/ HTTP/1.1\r\nno header\r\n\r\n",
                "PUT /echo/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")) {
            assertThat(answers(port, nonsense))
                    .as(nonsense)
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("\r\n\r\nBad Request\n");
        }
    }

    @Test
    void whatIsTooLongIsRefused() throws Exception {
        HttpPort port = open(PATIENT);
        assertThat(answers(port, "GET /" + "x".repeat(9000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 414 Request-URI Too Long\r\n");
        for (String headers : List.of("a: " + "x".repeat(9000) + "\r\n", "a:\r\n".repeat(101))) {
            assertThat(answers(port, "GET /echo/x HTTP/1.0\r\n" + headers + "\r\n"))
                    .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n")
                    .containsIgnoringCase("Connection: close\r\n");
        }
        assertThat(answers(port, "GET /echo/x HTTP/1.0\r\n" + "a:\r\n".repeat(100) + "\r\n"))
                .endsWith("/echo/x");
    }

    @Test
    void aTargetThatIsNoUriIsThePathAsItStands() throws Exception {
        HttpPort port = open(PATIENT);
        for (String target : List.of("/echo/%zz", "/echo/a|b")) {
            assertThat(answers(port, "GET " + target + " HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\n" + target);
        }
        assertThat(answers(port, "GET /%zz HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404 ");
        assertThat(answers(port, "GET /echo/x?q=a|b HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\n/echo/x");
    }

    @Test
    void nonsenseBehindARequestIsAnsweredAfterIt() throws Exception {
        assertThat(answers(open(PATIENT), "GET /echo/1 HTTP/1.1\r\n\r\nnonsense\r\n\r\nGET /echo/2 HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("/echo/1HTTP/1.1 400 Bad Request\r\n")
                .doesNotContain("/echo/2");
    }

    @Test
    void pagesSeeTheBeginningOfALongBody() throws Exception {
        String body = "b".repeat(20_000);
        Socket client = connect(open(PATIENT));
        send(client, "PUT /body HTTP/1.1\r\nContent-Length: 20000\r\n\r\n" + body);
        send(client, "PUT /body HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n2\r\n!!\r\n0\r\n\r\n");
        client.shutdownOutput();
        assertThat(bodies(read(client))).isEqualTo("b".repeat(1024) + "\nxyz!!\n");
    }

    @Test
    void whoAsksBeforeSendingABodyIsToldToGoOn() throws Exception {
        Socket client = connect(open(PATIENT));
        send(client, "PUT /body HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        byte[] goOn = client.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n".length());
        assertThat(new String(goOn, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 100 Continue\r\n");
        send(client, "body");
        assertThat(read(client)).contains("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nbody");
    }

    @Test
    void aClientThatSendsFinIsAnsweredAllTheSame() throws Exception {
        Socket client = connect(open(PATIENT));
        send(client, "GET /held HTTP/1.1\r\n\r\n");
        client.shutdownOutput();
        begun.await();
        held.countDown();
        assertThat(read(client)).endsWith("/held");
    }

    @Test
    void aRequestThatIsSlowToComeIsCut() throws Exception {
        HttpPort port = open(new Limits(FEW, LONG, SHORT, LONG));
        for (String half :
                List.of("G", "GET /echo/ HTTP/1.1\r\nHost:", "PUT /body HTTP/1.1\r\nContent-Length: 9\r\n\r\nx")) {
            assertThat(answers(port, half)).as(half).isEmpty();
        }
    }

    @Test
    void anAnswerThatTakesTooLongIsCut() throws Exception {
        assertThat(answers(open(new Limits(FEW, LONG, LONG, SHORT)), "GET /held HTTP/1.1\r\n\r\n"))
                .isEmpty();
    }

    @Test
    void whoAsksNothingMoreIsLetGo() throws Exception {
        HttpPort port = open(new Limits(FEW, SHORT, LONG, LONG));
        assertThat(answers(port, "")).isEmpty();
        assertThat(answers(port, "GET /echo/x HTTP/1.1\r\n\r\n")).endsWith("/echo/x");
    }

    @Test
    void atTheBoundOfAllPortsANewClientTakesThePlaceOfTheOneThatIsIdleTheLongest() throws Exception {
        Limits two = new Limits(new HttpClients(2), LONG, LONG, LONG);
        Socket first = connect(open(two));
        Socket second = connect(open(two));
        for (Socket client : List.of(first, second, first)) {
            assertThat(echo(client)).endsWith("/echo/1");
        }
        Socket third = connect(open(two));
        assertThat(echo(third)).endsWith("/echo/1");
        assertThat(read(second)).as("the second has left").isEmpty();
        assertThat(echo(first)).endsWith("/echo/1");
    }

    /** Or one host could keep all probes out with connections that it makes and leaves alone. */
    @Test
    void clientsThatNeverAskLockNobodyOut() throws Exception {
        HttpPort port = open(new Limits(new HttpClients(2), LONG, LONG, LONG));
        for (int i = 0; i < 20; i++) {
            connect(port);
        }
        assertThat(answers(port, "GET /echo/x HTTP/1.0\r\n\r\n")).endsWith("/echo/x");
    }

    @Test
    void clientsThatBeginToAskAndNeverEndLockNobodyOut() throws Exception {
        HttpPort port = open(new Limits(new HttpClients(2), LONG, LONG, LONG));
        for (int i = 0; i < 20; i++) {
            send(connect(port), "G");
        }
        assertThat(answers(port, "GET /echo/x HTTP/1.0\r\n\r\n")).endsWith("/echo/x");
    }

    @Test
    void whereNoneIsIdleOneClientTooManyIsTurnedAway() throws Exception {
        HttpPort port = open(new Limits(new HttpClients(1), LONG, LONG, LONG));
        Socket busy = connect(port);
        send(busy, "GET /held HTTP/1.0\r\n\r\n");
        begun.await();
        assertThat(answers(port, "")).isEmpty();
        held.countDown();
        assertThat(read(busy)).endsWith("/held");
        Await.until(
                "there is room",
                () -> answers(port, "GET /echo/x HTTP/1.0\r\n\r\n").endsWith("/echo/x"));
    }

    @Test
    void manyClientsAtOnceWaitUntilTheyAreLetIn() throws Exception {
        HttpPort port = open(PATIENT);
        HttpLoop.LOOP.execute(() -> held());
        begun.await();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            clients.add(connect(port));
        }
        held.countDown();
        for (Socket client : clients) {
            assertThat(echo(client)).endsWith("/echo/1");
        }
    }

    @Test
    void aSocketThatAFaultClosedIsOpenedAgain() throws Exception {
        HttpPort port = open(PATIENT);
        Socket client = connect(port);
        assertThat(echo(client)).endsWith("/echo/1");
        Channel lost = port.listener().orElseThrow();
        try (CapturedLog log = new CapturedLog(HttpPort.class)) {
            lost.pipeline().fireExceptionCaught(new IllegalStateException("on purpose, by a test"));
            Await.until(
                    "it is open again",
                    () -> port.listener().filter(now -> !now.equals(lost)).isPresent());
            assertThat(answers(port, "GET /echo/x HTTP/1.0\r\n\r\n")).endsWith("/echo/x");
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("WARN"))
                    .singleElement()
                    .asString()
                    .contains("A fault ended serving test on 127.0.0.1:");
        }
        assertThat(read(client)).as("its clients left with it").isEmpty();
    }

    @Test
    void closingEndsAllAtOnceAndFreesTheAddress() throws Exception {
        InetSocketAddress address = ANY_PORT;
        for (int i = 0; i < 20; i++) {
            HttpPort port = new HttpPort("test", address, this::page, _ -> {}, PATIENT, SHORT);
            port.bind();
            address = port.boundAddress().orElseThrow();
            Socket client = connect(port);
            send(client, "GET /echo/1 HTTP/1.1\r\n\r\n");
            assertThat(client.getInputStream().read()).isEqualTo('H');
            port.close();
            assertThat(read(client)).endsWith("/echo/1");
        }
    }

    @Test
    void closingInterruptsPages() throws Exception {
        HttpPort port = open(PATIENT);
        Socket client = connect(port);
        send(client, "GET /held HTTP/1.1\r\n\r\n");
        begun.await();
        port.close();
        interrupted.await();
        assertThat(read(client)).isEmpty();
    }

    private Page.@Nullable Source page(String path) {
        return switch (path) {
            case "/many" -> _ -> new Page(200, Page.TEXT, new Many(), Map.of());
            case "/stream" -> _ -> new Page(200, Page.TEXT, new Stream(), Map.of());
            case "/long" -> _ -> Page.text(200, "x".repeat(100_000));
            case "/held" -> _ -> held();
            case "/body" -> new Taken(request -> Page.text(200, request.body()));
            case "/count" -> new Taken(_ -> Page.text(200, "" + asked.incrementAndGet()));
            default -> path.startsWith("/echo/") ? _ -> Page.text(200, path) : null;
        };
    }

    private Page held() {
        begun.countDown();
        try {
            held.await();
        } catch (InterruptedException _) {
            interrupted.countDown();
        }
        return Page.text(200, "/held");
    }

    /** A page for any method. */
    private record Taken(Page.Source source) implements Page.Source {

        @Override
        public boolean takes(String method) {
            return true;
        }

        @Override
        public Page page(Page.Request request) {
            return source.page(request);
        }
    }

    private static final class Stream implements Body {

        @Override
        public long length() {
            return -1;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write("str".getBytes(StandardCharsets.US_ASCII));
            out.write("eam".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private final class Many implements Body {

        @Override
        public long length() {
            return -1;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            byte[] part = new byte[1000];
            while (written.get() < MANY) {
                int length = (int) Math.min(part.length, MANY - written.get());
                out.write(part, 0, length);
                written.addAndGet(length);
            }
        }
    }

    private HttpPort open(Limits limits) throws IOException {
        HttpPort port = new HttpPort("test", ANY_PORT, this::page, _ -> {}, limits, SHORT);
        opened.add(port);
        port.bind();
        return port;
    }

    private Socket connect(HttpPort port) throws IOException {
        Socket socket = new Socket();
        opened.add(socket);
        socket.setSoTimeout(20_000);
        socket.connect(port.boundAddress().orElseThrow());
        return socket;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** All that comes until the port ends the connection. */
    private static String read(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** One more answer of a connection that stays. */
    private static String echo(Socket client) throws IOException {
        send(client, "GET /echo/1 HTTP/1.1\r\n\r\n");
        StringBuilder answer = new StringBuilder();
        for (int next = 0; next >= 0 && answer.indexOf("\r\n\r\n/echo/1") < 0; ) {
            next = client.getInputStream().read();
            answer.append((char) next);
        }
        return answer.toString();
    }

    private String answers(HttpPort port, String requests) throws IOException {
        try (Socket client = connect(port)) {
            send(client, requests);
            return read(client);
        } catch (SocketException e) {
            return ""; // a reset: what was sent was not read any more
        }
    }

    /** A line for each answer's body; each is as long as its headers say. */
    private static String bodies(String answers) {
        StringBuilder bodies = new StringBuilder();
        for (int at = 0; at < answers.length(); ) {
            int begin = answers.indexOf("\r\n\r\n", at) + 4;
            String head = answers.substring(at, begin).toLowerCase(Locale.ROOT);
            String length = head.replaceFirst("(?s).*content-length: (\\d+)\r\n.*", "$1");
            at = begin + Integer.parseInt(length);
            bodies.append(answers, begin, at).append('\n');
        }
        return bodies.toString();
    }

    private static void awaitStandstill(AtomicLong count) {
        AtomicLong last = new AtomicLong(-1);
        AtomicInteger same = new AtomicInteger();
        Await.until("it stands still", () -> {
            long now = count.get();
            boolean stands = now > 0 && now == last.getAndSet(now);
            return (stands ? same.incrementAndGet() : same.getAndSet(0)) > 50;
        });
    }
}
