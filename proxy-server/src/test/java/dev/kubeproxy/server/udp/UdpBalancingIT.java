package dev.kubeproxy.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.UdpBalancing;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.Routes;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.UdpClient;
import dev.kubeproxy.server.testing.UdpEchoServer;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client with one port whose datagrams are balanced each on its own (rule G9). */
@ExtendWith(NoLeaks.class)
class UdpBalancingIT {

    private UdpSetup setup = new UdpSetup();

    @BeforeEach
    void balanceDatagrams() {
        balance(UdpBalancing.DATAGRAM);
    }

    @AfterEach
    void close() {
        setup.close();
    }

    @Test
    @Rule("G9")
    void datagramsOfOnePortTakeTurnsAndAnswersComeFromTheFrontend() {
        setup.publish(named(2), named(3), named(4));
        Channel listener = setup.listen("127.0.0.1");
        UdpClient client = setup.client(listener);
        for (int round = 0; round < 3; round++) {
            for (String backend : List.of("127.0.0.2", "127.0.0.3", "127.0.0.4")) {
                client.send("who");
                UdpClient.Datagram answer = client.receive();
                assertThat(answer.text()).isEqualTo(backend);
                assertThat(answer.source()).isEqualTo(listener.localAddress());
            }
        }
        assertThat(setup.observer.sessions()).as("one session for each backend").isEqualTo(3);
        assertThat(setup.observer.datagramsFromClient()).hasSize(9);
        assertThat(setup.observer.datagramsFromBackend()).hasSize(9);
        assertThat(setup.observer.droppedDatagrams()).isEmpty();
    }

    @Test
    @Rule("G9")
    void datagramsThatComeTogetherAreSpreadToo() {
        UdpEchoServer one = setup.echo("127.0.0.2");
        UdpEchoServer two = setup.echo("127.0.0.3");
        setup.publish(one.backend(), two.backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sent.add("datagram " + i);
            client.send(sent.getLast());
        }
        List<String> received = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            received.add(client.receive().text());
        }
        assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(one.received()).isEqualTo(20);
        assertThat(two.received()).isEqualTo(20);
    }

    @Test
    @Rule({"E2", "G9"})
    void aPinnedClientStaysOnItsBackend() {
        setup.pool.publish(new BackendPool(List.of(named(2), named(3)), new Affinity.ClientIp(Duration.ofHours(3))));
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        assertThat(answers(client, 6)).containsOnly("127.0.0.2");
        assertThat(setup.observer.sessions()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0,1", "0,2", "1,0", "1,2", "2,0", "2,1"})
    @Rule({"G4", "G9"})
    void onlyTheSessionOfABackendThatLeavesEnds(int first, int second) {
        List<Backend> backends = new ArrayList<>(List.of(named(2), named(3), named(4)));
        setup.publish(backends.toArray(Backend[]::new));
        Channel listener = setup.listen("127.0.0.1");
        UdpClient client = setup.client(listener);
        answers(client, 3);
        List<Backend> leaving = List.of(backends.get(first), backends.get(second));
        for (Backend gone : leaving) {
            backends.remove(gone);
            setup.publish(backends.toArray(Backend[]::new));
            setup.proxy.onPoolChanged(listener);
            Await.until(() -> setup.proxy.sessions() == backends.size());
            assertThat(answers(client, 4))
                    .containsOnly(backends.stream()
                            .map(backend -> backend.address().getHostString())
                            .toArray(String[]::new));
        }
        assertThat(setup.observer.closedSessions())
                .containsExactly(CloseReason.BACKEND_REMOVED, CloseReason.BACKEND_REMOVED);
        assertThat(setup.observer.sessions()).as("the others went on").isEqualTo(3);
    }

    @Test
    @Rule({"G7", "G9"})
    void aBackendThatRefusesCostsTheDatagramAndNoSessionWithAnother() {
        setup.publish(UdpSetup.nobody("127.0.0.3"), named(2));
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        client.send("who");
        Await.until(() -> setup.observer.closedSessions().equals(List.of(CloseReason.DIAL_FAILED)));
        assertThat(answers(client, 1)).containsOnly("127.0.0.2");
        assertThat(setup.proxy.sessions()).isEqualTo(1);
    }

    @Test
    @Rule({"G2", "G9"})
    void sessionsAreIdleEachForItself() {
        setup.publish(named(2), named(3));
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        answers(client, 2);
        assertThat(setup.proxy.sessions()).isEqualTo(2);
        setup.ticker.advance(UdpSetup.EXCHANGE.dividedBy(2));
        answers(client, 1);
        setup.ticker.advance(UdpSetup.EXCHANGE.dividedBy(2));
        Await.until(() -> setup.proxy.sessions() == 1);
        setup.ticker.advance(UdpSetup.STREAM); // datagrams went both ways twice
        Await.until(() -> setup.observer.closedSessions().equals(List.of(CloseReason.IDLE, CloseReason.IDLE)));
        assertThat(setup.proxy.sessions()).isZero();
        assertThat(answers(client, 1)).hasSize(1);
    }

    @Test
    @Rule({"G8", "G9"})
    void theBoundIsOnSessionsHoweverFewTheirClients() {
        setup.close();
        setup = new UdpSetup(Transport.best(), new UdpLimits(UdpSetup.EXCHANGE, UdpSetup.STREAM, 2, 100), 100);
        balance(UdpBalancing.DATAGRAM);
        setup.publish(named(2), named(3), named(4));
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        assertThat(answers(client, 3)).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.4");
        assertThat(setup.proxy.sessions()).isEqualTo(2);
        assertThat(setup.observer.closedSessions()).containsExactly(CloseReason.EVICTED);
    }

    @Test
    @Rule("G9")
    void theWayToBalanceChangesUnderAClientThatGoesOn() {
        setup.publish(named(2), named(3));
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        balance(UdpBalancing.SESSION);
        assertThat(answers(client, 3)).containsOnly("127.0.0.2");
        balance(UdpBalancing.DATAGRAM);
        assertThat(answers(client, 2)).containsExactly("127.0.0.3", "127.0.0.2");
        balance(UdpBalancing.SESSION);
        assertThat(answers(client, 3)).containsOnly("127.0.0.3");
        assertThat(setup.observer.sessions()).isEqualTo(2);
        assertThat(setup.observer.closedSessions()).isEmpty();
    }

    private void balance(UdpBalancing balancing) {
        setup.route.publish(Routes.balancing(balancing, setup.route.current()));
    }

    /** A backend on 127.0.0.{@code last} that answers with its address. */
    private Backend named(int last) {
        return setup.named("127.0.0." + last).backend();
    }

    private static List<String> answers(UdpClient client, int count) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(client.ask("who"));
        }
        return answers;
    }
}
