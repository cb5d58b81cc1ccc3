package dev.kubeproxy.control.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.FakeTicker;
import dev.kubeproxy.server.testing.RecordingObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AccessLogTest {

    private static final ServicePortName WEB =
            new ServicePortName(new ServiceName("default", "web"), "http", Protocol.TCP);
    private static final ServicePortName DNS =
            new ServicePortName(new ServiceName("kube-system", "dns"), "", Protocol.UDP);
    private static final InetSocketAddress CLIENT = new InetSocketAddress(Addresses.parse("10.244.1.7"), 40_000);
    private static final InetSocketAddress FRONTEND = new InetSocketAddress(Addresses.parse("10.96.0.80"), 80);
    private static final Backend ONE = Backend.of(Addresses.parse("10.244.1.10"), 8080);
    private static final Backend TWO = Backend.of(Addresses.parse("10.244.1.11"), 8080);

    private final FakeTicker ticker = new FakeTicker();
    private final RecordingObserver next = new RecordingObserver();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Test
    void aConnectionThatTookTwoAttemptsIsALine() {
        logged(AccessFormat.TEXT, 1, log -> {
            ServicePortObserver connection = connection(log);
            connection.onDialFailure(ONE, 250_000_000);
            connection.onDialRetry();
            connection.onDial(TWO, 1_000_000);
            connection.onBytesFromClient(70);
            connection.onBytesFromClient(8);
            connection.onBytesFromBackend(4096);
            ticker.advance(Duration.ofNanos(1_500_042_999));
            connection.onClose(CloseReason.COMPLETED);
        });
        assertThat(lines)
                .singleElement()
                .asString()
                .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z default/web:http TCP client=10.244.1.7:40000"
                        + " frontend=10.96.0.80:80 backend=10.244.1.11:8080 from_client=78 from_backend=4096"
                        + " seconds=1.500042 attempts=2 reason=completed origin=none");
    }

    @Test
    void aSessionIsAnObjectWithItsDatagrams() {
        logged(AccessFormat.JSON, 1, log -> {
            ServicePortObserver session = log.inFrontOf(next).servicePort(DNS).session(CLIENT, FRONTEND, ONE);
            session.onSessionOpen();
            session.onDatagramFromClient(40);
            session.onDatagramFromBackend(100);
            session.onDatagramFromBackend(50);
            session.onSessionClose(CloseReason.IDLE);
        });
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("\"namespace\":\"kube-system\",\"service\":\"dns\",\"port\":\"\",\"protocol\":\"UDP\"")
                .contains(
                        "\"client\":\"10.244.1.7:40000\",\"frontend\":\"10.96.0.80:80\",\"backend\":\"10.244.1.10:8080\"")
                .contains("\"from_client\":40,\"from_backend\":150")
                .contains("\"datagrams_from_client\":1,\"datagrams_from_backend\":2")
                .endsWith("\"seconds\":0.000000,\"attempts\":1,\"reason\":\"idle\",\"origin\":\"proxy\"}");
    }

    @Test
    void aConnectionWithoutABackendNamesNone() {
        logged(AccessFormat.JSON, 1, log -> connection(log).onClose(CloseReason.DENIED));
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("\"backend\":\"\",")
                .contains("\"attempts\":0,");
    }

    @Test
    void oneInThreeOfThoseThatEndWellIsLoggedAndAllThatFail() {
        logged(AccessFormat.TEXT, 3, log -> {
            for (int i = 0; i < 9; i++) {
                connection(log).onClose(CloseReason.COMPLETED);
            }
            connection(log).onClose(CloseReason.DIAL_FAILED);
            connection(log).onClose(CloseReason.BACKEND_RESET);
        });
        assertThat(lines.stream().filter(line -> line.contains("reason=completed")))
                .hasSize(3);
        assertThat(lines).hasSize(5);
    }

    @Test
    void withoutASampleOnlyFailuresAreLogged() {
        logged(AccessFormat.TEXT, 0, log -> {
            connection(log).onClose(CloseReason.COMPLETED);
            connection(log).onClose(CloseReason.NO_BACKEND);
        });
        assertThat(lines).singleElement().asString().contains("reason=no_backend");
    }

    @Test
    void theNextObserverSeesEverything() {
        logged(AccessFormat.TEXT, 0, log -> {
            ServicePortObserver connection = connection(log);
            connection.onDialFailure(ONE, 1);
            connection.onDial(TWO, 1);
            connection.onBytesFromClient(5);
            connection.onBytesFromBackend(6);
            connection.onClose(CloseReason.COMPLETED);
        });
        assertThat(Stream.of(next.accepted(), next.failedDials(), next.dialled()))
                .containsExactly(1, 1, 1);
        assertThat(List.of(next.bytesFromClient(), next.bytesFromBackend())).containsExactly(5L, 6L);
        assertThat(next.closed()).containsExactly(CloseReason.COMPLETED);
    }

    @Test
    void whatFindsTheQueueFullIsCountedAndDropped() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        AccessWriter writer = new AccessWriter(AccessFormat.TEXT, sink(() -> {
            writing.countDown();
            awaited(mayGoOn);
        }));
        writer.start();
        AccessLog log = new AccessLog(writer, 1, ticker);
        connection(log).onClose(CloseReason.COMPLETED);
        writing.await(); // from here on the sink is stuck, as a full disk's would be
        for (int i = 0; i < AccessWriter.CAPACITY + 7; i++) {
            connection(log).onClose(CloseReason.COMPLETED);
        }
        assertThat(log.dropped()).isEqualTo(7);
        mayGoOn.countDown();
        log.close();
        assertThat(log.written()).isEqualTo(1 + AccessWriter.CAPACITY);
        assertThat(lines).hasSize(1 + AccessWriter.CAPACITY);
    }

    @Test
    void whatCannotBeWrittenIsCountedAndTheLogGoesOn() {
        CountDownLatch full = new CountDownLatch(1);
        AccessWriter writer = new AccessWriter(AccessFormat.TEXT, sink(() -> {
            if (full.getCount() > 0) {
                full.countDown();
                throw new OutOfMemoryError("the disk is full, or the heap");
            }
        }));
        writer.start();
        try (AccessLog log = new AccessLog(writer, 1, ticker)) {
            connection(log).onClose(CloseReason.COMPLETED);
            Await.until("it is lost", () -> log.dropped() == 1);
            connection(log).onClose(CloseReason.COMPLETED);
            Await.until("the next one is written", () -> log.written() == 1);
        }
        assertThat(lines).hasSize(1);
    }

    private interface Traffic {
        void pass(AccessLog log);
    }

    /** Has the traffic logged, and closes the log, so that all lines are there. */
    private void logged(AccessFormat format, int sample, Traffic traffic) {
        try (AccessLog log = new AccessLog(new AccessWriter(format, sink(() -> {})), sample, ticker)) {
            traffic.pass(log);
        }
    }

    private ServicePortObserver connection(AccessLog log) {
        ServicePortObserver connection = log.inFrontOf(next).servicePort(WEB).connection(CLIENT, FRONTEND);
        connection.onAccept();
        return connection;
    }

    private LineSink sink(Runnable before) {
        return new LineSink() {
            @Override
            public void write(List<String> batch) {
                before.run();
                lines.addAll(batch);
            }

            @Override
            public void close() {}
        };
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
