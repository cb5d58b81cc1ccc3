package dev.kubeproxy.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.UdpClient;
import dev.kubeproxy.server.testing.UdpEchoServer;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import java.io.File;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How sessions end, make room, and leave their sockets to others. */
@ExtendWith(NoLeaks.class)
class UdpSessionsIT {

    private static final Duration MOMENT = Duration.ofMillis(1);

    private UdpSetup setup = new UdpSetup();

    @AfterEach
    void close() {
        setup.close();
    }

    @Test
    @Rule("G2")
    void aSingleExchangeIsForgottenAfterItsIdleTime() {
        setup.publish(setup.echo("127.0.0.2").backend());
        Channel listener = setup.listen("127.0.0.1");
        setup.client(listener).ask("once");
        assertThat(setup.proxy.sessions()).isEqualTo(1);
        setup.ticker.advance(UdpSetup.EXCHANGE);
        Await.until(() -> setup.observer.closedSessions().equals(List.of(CloseReason.IDLE)));
        assertThat(setup.proxy.sessions()).isZero();
        setup.ticker.advance(FreeSockets.KEPT);
        Await.until(() -> setup.descriptors.used() == 0);
    }

    /** Or it would go round for as long as the proxy runs. */
    @Test
    @Rule("F4")
    void aDatagramForAnEndpointThatIsAFrontendOfThisProxyIsDropped() {
        Channel listener = setup.listen("127.0.0.1");
        var address = (InetSocketAddress) listener.localAddress();
        setup.own.add(new Frontend(address.getAddress(), address.getPort(), Protocol.UDP));
        setup.publish(new Backend(address), setup.echo("127.0.0.2").backend());
        UdpClient client = setup.client(listener);
        client.send("one");
        client.send("two");
        assertThat(client.receive().text()).isIn("one", "two");
        Await.until(() -> setup.observer.droppedDatagrams().equals(List.of(CloseReason.DIAL_FAILED)));
        assertThat(setup.observer.sessions()).isEqualTo(1);
    }

    @Test
    void aStreamIsKeptForLonger() {
        setup.publish(setup.echo("127.0.0.2").backend());
        Channel listener = setup.listen("127.0.0.1");
        UdpClient stream = setup.client(listener);
        stream.ask("one");
        stream.ask("two");
        UdpClient once = setup.client(listener);
        once.ask("once");
        setup.ticker.advance(UdpSetup.EXCHANGE);
        Await.until(() -> setup.proxy.sessions() == 1);
        setup.ticker.advance(UdpSetup.STREAM.minus(UdpSetup.EXCHANGE).minus(MOMENT));
        stream.ask("three");
        setup.ticker.advance(UdpSetup.STREAM.minus(MOMENT));
        stream.ask("four");
        assertThat(setup.observer.sessions()).isEqualTo(2);
        setup.ticker.advance(UdpSetup.STREAM);
        Await.until(() -> setup.proxy.sessions() == 0 && setup.descriptors.used() == 0);
    }

    @Test
    void answersKeepASessionToo() {
        setup.publish(UdpEchoServer.on("127.0.0.2", 0, _ -> List.of(new byte[1], new byte[2], new byte[3]))
                .backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        client.send("go");
        for (int size = 1; size <= 3; size++) {
            assertThat(client.receive().payload()).hasSize(size);
        }
        setup.ticker.advance(UdpSetup.EXCHANGE);
        Await.until(() -> setup.proxy.sessions() == 0);
        // Three answers to one datagram: a fourth may come, so the socket is not used again.
        Await.until(() -> setup.descriptors.used() == 0);
    }

    @Test
    @Rule("G8")
    void anAnsweredExchangeMakesRoomBeforeAWaitingOneAndAStreamNever() {
        setup.close();
        setup = new UdpSetup(new UdpLimits(UdpSetup.EXCHANGE, UdpSetup.STREAM, 3, 100));
        UdpEchoServer echo = setup.moody("127.0.0.2");
        setup.publish(echo.backend());
        Channel listener = setup.listen("127.0.0.1");
        UdpClient waiting = setup.client(listener);
        waiting.send(UdpSetup.IGNORED);
        Await.until(() -> setup.proxy.sessions() == 1);
        UdpClient stream = setup.client(listener);
        stream.ask("one");
        stream.ask("two");
        setup.client(listener).ask("once");
        for (int burst = 0; burst < 50; burst++) {
            setup.client(listener).ask("burst");
        }
        assertThat(setup.proxy.sessions()).isEqualTo(3);
        assertThat(setup.observer.closedSessions()).hasSize(50).containsOnly(CloseReason.EVICTED);
        assertThat(echo.peers()).as("sockets used for 53 clients").isEqualTo(3);
        stream.ask("three");
        waiting.ask("answer me now");
        assertThat(setup.observer.sessions()).as("neither was evicted").isEqualTo(53);
    }

    @Test
    void whereNobodyCanLeaveANewClientIsDropped() {
        setup.close();
        setup = new UdpSetup(new UdpLimits(UdpSetup.EXCHANGE, UdpSetup.STREAM, 10, 2));
        setup.publish(setup.echo("127.0.0.2").backend());
        Channel listener = setup.listen("127.0.0.1");
        List<UdpClient> streams = List.of(setup.client(listener), setup.client(listener));
        for (int i = 0; i < 2; i++) {
            streams.forEach(stream -> stream.ask("on"));
        }
        setup.client(listener).send("too many");
        Await.until(() -> setup.observer.droppedDatagrams().equals(List.of(CloseReason.EVICTED)));
        streams.forEach(stream -> stream.ask("and on"));
        assertThat(setup.observer.closedSessions()).isEmpty();
    }

    @Test
    @Rule("G8")
    void oneListenersBurstMakesRoomForAnother() {
        setup.close();
        setup = new UdpSetup(new UdpLimits(UdpSetup.EXCHANGE, UdpSetup.STREAM, 20, 20));
        setup.publish(setup.echo("127.0.0.2").backend());
        Channel busy = setup.listen("127.0.0.1");
        for (int i = 0; i < 30; i++) {
            setup.client(busy).ask("burst");
        }
        Channel quiet = setup.listen("127.0.0.3");
        List<UdpClient> clients = Collections.nCopies(5, null).stream()
                .map(_ -> setup.client(quiet))
                .toList();
        clients.forEach(client -> client.ask("one"));
        clients.forEach(client -> client.ask("two"));
        assertThat(setup.proxy.sessions()).isEqualTo(20);
        assertThat(setup.observer.sessions()).as("none of the five was evicted").isEqualTo(35);
    }

    @Test
    @Rule("G8")
    void withoutDescriptorsTheOldestExchangeLeaves() {
        setup.close();
        setup = new UdpSetup(Transport.best(), UdpSetup.ROOMY, 2);
        setup.publish(setup.echo("127.0.0.2").backend(), setup.echo("127.0.0.3").backend());
        Channel listener = setup.listen("127.0.0.1");
        for (int i = 0; i < 20; i++) {
            assertThat(setup.client(listener).ask("ask " + i)).isEqualTo("ask " + i);
            assertThat(setup.descriptors.used()).isLessThanOrEqualTo(2);
        }
        assertThat(setup.descriptors.tryAcquire(setup.descriptors.capacity() - setup.descriptors.used()))
                .isTrue();
        assertThat(setup.observer.droppedDatagrams()).isEmpty();
    }

    @Test
    void withoutDescriptorsAndSessionsADatagramIsDropped() {
        setup.close();
        setup = new UdpSetup(Transport.best(), UdpSetup.ROOMY, 1);
        setup.publish(setup.echo("127.0.0.2").backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        assertThat(setup.descriptors.tryAcquire(1)).isTrue();
        client.send("lost");
        Await.until(() -> setup.observer.droppedDatagrams().equals(List.of(CloseReason.NO_DESCRIPTOR)));
        setup.descriptors.release(1);
        assertThat(client.ask("found")).isEqualTo("found");
    }

    @Test
    void theSocketOfAnEndedExchangeServesTheNextClient() {
        UdpEchoServer backend = setup.echo("127.0.0.2");
        setup.publish(backend.backend());
        Channel listener = setup.listen("127.0.0.1");
        for (int i = 0; i < 3; i++) {
            setup.client(listener).ask("once");
            setup.ticker.advance(UdpSetup.EXCHANGE);
            Await.until(() -> setup.proxy.sessions() == 0);
        }
        assertThat(backend.peers()).isEqualTo(1);
        assertThat(setup.descriptors.used()).isEqualTo(1);
    }

    @Test
    void theSocketOfAnUnansweredExchangeIsNotUsedAgain() {
        UdpEchoServer backend = setup.moody("127.0.0.2");
        setup.publish(backend.backend());
        Channel listener = setup.listen("127.0.0.1");
        setup.client(listener).send(UdpSetup.IGNORED);
        Await.until(() -> backend.received() == 1);
        setup.ticker.advance(UdpSetup.EXCHANGE);
        Await.until(() -> setup.proxy.sessions() == 0);
        setup.client(listener).send(UdpSetup.IGNORED);
        Await.until(() -> backend.received() == 2);
        assertThat(backend.peers()).isEqualTo(2);
    }

    @Test
    void aSocketThatHearsMoreThanItsAnswerIsNotUsedAgain() throws IOException {
        try (DatagramSocket backend = new DatagramSocket(new InetSocketAddress(Addresses.parse("127.0.0.2"), 0))) {
            setup.publish(new Backend((InetSocketAddress) backend.getLocalSocketAddress()));
            Channel listener = setup.listen("127.0.0.1");
            UdpClient first = setup.client(listener);
            first.send("first");
            DatagramPacket asked = new DatagramPacket(new byte[10], 10);
            backend.receive(asked);
            SocketAddress usedByFirst = asked.getSocketAddress();
            backend.send(asked);
            first.receive();
            setup.ticker.advance(UdpSetup.EXCHANGE);
            Await.until(() -> setup.proxy.sessions() == 0);
            backend.send(asked); // the same answer again, to nobody now
            UdpClient second = setup.client(listener);
            second.send("second");
            backend.receive(asked);
            assertThat(asked.getSocketAddress()).isNotEqualTo(usedByFirst);
            backend.send(asked);
            assertThat(second.receive().text()).isEqualTo("second");
        }
    }

    @Test
    @Rule("G8")
    void thousandsOfOneDatagramClientsLeaveNothingBehind() {
        UdpEchoServer backend = setup.echo("127.0.0.2");
        setup.publish(backend.backend());
        Channel listener = setup.listen("127.0.0.1");
        setup.client(listener).ask("warm up");
        int openBefore = openFiles();
        for (int sent = 1; sent <= 5000; sent++) {
            try (UdpClient client = UdpClient.of((InetSocketAddress) listener.localAddress())) {
                client.send("one");
            }
            int burst = 200; // as many as a socket's buffer holds anywhere
            int arrived = sent - burst;
            Await.until(() -> setup.observer.datagramsFromBackend().size() > arrived);
        }
        Await.until(() -> setup.observer.datagramsFromBackend().size() == 5001);
        setup.ticker.advance(UdpSetup.STREAM); // some have a port that another had
        Await.until(() -> setup.proxy.sessions() == 0);
        setup.ticker.advance(FreeSockets.KEPT);
        Await.until(() -> setup.descriptors.used() == 0);
        assertThat(openFiles()).isLessThanOrEqualTo(openBefore);
        Await.until(() -> setup.observer.closedSessions().size() == setup.observer.sessions());
    }

    private static int openFiles() {
        return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
    }
}
