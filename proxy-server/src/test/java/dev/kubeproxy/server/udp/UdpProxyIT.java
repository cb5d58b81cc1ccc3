package dev.kubeproxy.server.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.NoLeaks;
import dev.kubeproxy.server.testing.Routes;
import dev.kubeproxy.server.testing.Rule;
import dev.kubeproxy.server.testing.UdpClient;
import dev.kubeproxy.server.testing.UdpEchoServer;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoLeaks.class)
class UdpProxyIT {

    private static final Duration QUIET = Duration.ofMillis(200);

    private UdpSetup setup = new UdpSetup();

    @AfterEach
    void close() {
        setup.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    @Rule("G3")
    void datagramsOfEverySizeGoAndReturnWhole(Transport transport) {
        assumeTrue(transport.available(), transport + " is not available here");
        setup.close();
        setup = new UdpSetup(transport, UdpSetup.ROOMY, 100);
        setup.publish(setup.echo("127.0.0.2").backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        Random random = new Random(1);
        List<Integer> sizes = sizes(transport, 1, 0, 1472, 2000, 0, 4097, 65_507, 0, 12);
        for (int size : sizes) {
            byte[] payload = new byte[size];
            random.nextBytes(payload);
            client.send(payload);
            assertThat(client.receive().payload()).as("%d bytes", size).isEqualTo(payload);
        }
        assertThat(setup.observer.datagramsFromClient()).isEqualTo(sizes);
        assertThat(setup.observer.datagramsFromBackend()).isEqualTo(sizes);
        assertThat(setup.observer.droppedDatagrams()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    @Rule("G3")
    void datagramsThatComeTogetherStayApartAndInOrder(Transport transport) {
        assumeTrue(transport.available(), transport + " is not available here");
        setup.close();
        setup = new UdpSetup(transport, UdpSetup.ROOMY, 100);
        setup.publish(setup.echo("127.0.0.2").backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        for (int round = 0; round < 5; round++) {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                sent.add(i % 7 == 3 && transport != Transport.NIO ? "" : round + "." + i);
                client.send(sent.getLast());
            }
            List<String> received = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                received.add(client.receive().text());
            }
            assertThat(received).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(received).filteredOn(text -> !text.isEmpty()).containsExactlyElementsOf(notEmpty(sent));
        }
    }

    @Test
    @Rule("G1")
    void repliesComeFromTheFrontend() {
        setup.publish(setup.echo("127.0.0.2").backend());
        Channel listener = setup.listen("127.0.0.3");
        UdpClient client = setup.client(listener);
        client.send("hello");
        assertThat(client.receive().source()).isEqualTo(listener.localAddress());
    }

    @Test
    void ipv6FrontendsReachIpv6Backends() {
        setup.publish(setup.echo("::1").backend());
        Channel listener = setup.listen("::1");
        UdpClient client = setup.client(listener);
        byte[] large = new byte[65_507];
        new Random(1).nextBytes(large);
        client.send(large);
        UdpClient.Datagram reply = client.receive();
        assertThat(reply.payload()).isEqualTo(large);
        assertThat(reply.source()).isEqualTo(listener.localAddress());
    }

    @Test
    @Rule("G1")
    void clientPortsTakeTurns() {
        setup.publish(
                setup.named("127.0.0.2").backend(), setup.named("127.0.0.3").backend());
        Channel listener = setup.listen("127.0.0.1");
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(setup.client(listener).ask("who"));
        }
        assertThat(answers).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.2", "127.0.0.3");
    }

    @Test
    @Rule("G1")
    void oneClientPortStaysOnItsBackend() {
        setup.publish(
                setup.named("127.0.0.2").backend(), setup.named("127.0.0.3").backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        TreeSet<String> answers = new TreeSet<>();
        for (int i = 0; i < 10; i++) {
            answers.add(client.ask("who"));
        }
        assertThat(answers).hasSize(1);
        assertThat(setup.observer.sessions()).isEqualTo(1);
    }

    @Test
    @Rule("E2")
    void affinityKeepsAllPortsOfAClientTogether() {
        var backends = List.of(
                setup.named("127.0.0.2").backend(), setup.named("127.0.0.3").backend());
        setup.pool.publish(new BackendPool(backends, new Affinity.ClientIp(Duration.ofHours(3))));
        Channel listener = setup.listen("127.0.0.1");
        TreeSet<String> answers = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            answers.add(setup.client(listener).ask("who"));
        }
        assertThat(answers).hasSize(1);
    }

    @Test
    @Rule("G4")
    void theNextDatagramAfterTheBackendLeftGoesToAnother() {
        UdpEchoServer first = setup.named("127.0.0.2");
        UdpEchoServer second = setup.named("127.0.0.3");
        setup.publish(first.backend());
        Channel listener = setup.listen("127.0.0.1");
        UdpClient client = setup.client(listener);
        assertThat(client.ask("who")).isEqualTo("127.0.0.2");
        setup.publish(second.backend());
        setup.proxy.onPoolChanged(listener);
        assertThat(client.ask("who")).isEqualTo("127.0.0.3");
        assertThat(setup.observer.closedSessions()).containsExactly(CloseReason.BACKEND_REMOVED);
    }

    @Test
    @Rule("I2")
    void aSessionEndsWhoseClientIsInNoSourceRangeAnyMore() {
        setup.publish(setup.named("127.0.0.2").backend());
        Channel listener = setup.listen("127.0.0.1");
        UdpClient client = setup.client(listener);
        assertThat(client.ask("who")).isEqualTo("127.0.0.2");
        setup.route.publish(Routes.only(Cidr.parse("192.0.2.0/24"), setup.route.current()));
        setup.proxy.onPoolChanged(listener);
        Await.until(() -> setup.observer.closedSessions().size() == 1);
        client.send("who");
        Await.until(() -> setup.observer.droppedDatagrams().equals(List.of(CloseReason.DENIED)));
        assertThat(client.receive(QUIET)).isEmpty();
    }

    @Test
    void sessionsOfBackendsThatStayAreLeftAlone() {
        UdpEchoServer first = setup.named("127.0.0.2");
        setup.publish(first.backend());
        Channel listener = setup.listen("127.0.0.1");
        UdpClient client = setup.client(listener);
        client.ask("who");
        setup.publish(first.backend(), setup.named("127.0.0.3").backend());
        setup.proxy.onPoolChanged(listener);
        client.ask("who");
        assertThat(first.peers()).isEqualTo(1);
        assertThat(setup.observer.closedSessions()).isEmpty();
    }

    @Test
    @Rule("G5")
    void aClientThatBeganBeforeTheFirstBackendIsServedOnceThereIsOne() {
        Channel listener = setup.listen("127.0.0.1");
        UdpClient client = setup.client(listener);
        client.send("early");
        Await.until(() -> setup.observer.droppedDatagrams().equals(List.of(CloseReason.NO_BACKEND)));
        setup.publish(setup.named("127.0.0.2").backend());
        setup.proxy.onPoolChanged(listener);
        assertThat(client.ask("who")).isEqualTo("127.0.0.2");
    }

    @Test
    @Rule("G7")
    void theNextDatagramAfterARefusalGoesElsewhere() {
        UdpEchoServer alive = setup.named("127.0.0.2");
        setup.publish(UdpSetup.nobody("127.0.0.3"), alive.backend());
        Channel listener = setup.listen("127.0.0.1");
        UdpClient unlucky = setup.client(listener);
        unlucky.send("who");
        Await.until(() -> setup.observer.closedSessions().equals(List.of(CloseReason.DIAL_FAILED)));
        assertThat(setup.client(listener).ask("who")).isEqualTo("127.0.0.2");
        assertThat(unlucky.ask("who")).isEqualTo("127.0.0.2");
        assertThat(setup.proxy.sessions()).isEqualTo(2);
    }

    @Test
    @Rule("G7")
    void ofABurstOnlyTheFirstDatagramIsLostToARefusal() {
        UdpEchoServer alive = setup.named("127.0.0.2");
        setup.publish(UdpSetup.nobody("127.0.0.3"), alive.backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        client.send("one");
        client.send("two");
        assertThat(client.receive().text()).isEqualTo("127.0.0.2");
    }

    @Test
    @Rule({"E5", "G7"})
    void aPinnedClientLeavesABackendThatRefusesEvenFromAnotherPort() {
        var backends =
                List.of(UdpSetup.nobody("127.0.0.3"), setup.named("127.0.0.2").backend());
        setup.pool.publish(new BackendPool(backends, new Affinity.ClientIp(Duration.ofHours(3))));
        Channel listener = setup.listen("127.0.0.1");
        setup.client(listener).send("who");
        Await.until(() -> setup.observer.closedSessions().equals(List.of(CloseReason.DIAL_FAILED)));
        for (int i = 0; i < 3; i++) {
            assertThat(setup.client(listener).ask("who")).isEqualTo("127.0.0.2");
        }
    }

    @Test
    @Rule("G7")
    void aBackendThatStopsIsLeftByItsStreams() {
        UdpEchoServer first = setup.named("127.0.0.2");
        UdpEchoServer second = setup.named("127.0.0.3");
        setup.publish(first.backend(), second.backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        for (int i = 0; i < 3; i++) {
            assertThat(client.ask("who")).isEqualTo("127.0.0.2");
        }
        first.close();
        client.send("who");
        Await.until(() -> setup.observer.closedSessions().equals(List.of(CloseReason.DIAL_FAILED)));
        assertThat(client.ask("who")).isEqualTo("127.0.0.3");
    }

    @Test
    void clientsThatAreGoneDoNotHarmTheListener() {
        setup.publish(setup.echo("127.0.0.2").backend());
        Channel listener = setup.listen("127.0.0.1");
        for (int i = 0; i < 20; i++) {
            try (UdpClient gone = UdpClient.of((InetSocketAddress) listener.localAddress())) {
                gone.send("bye");
            }
        }
        Await.until(() -> setup.observer.datagramsFromBackend().size() == 20);
        assertThat(setup.client(listener).ask("hello")).isEqualTo("hello");
    }

    @Test
    void anUnreachableBackendCostsItsClientOneDatagram() {
        UdpEchoServer alive = setup.named("127.0.0.2");
        setup.publish(Backend.of(Addresses.parse("255.255.255.255"), 9), alive.backend());
        UdpClient client = setup.client(setup.listen("127.0.0.1"));
        client.send("who"); // connecting to broadcast is not permitted
        Await.until(() -> setup.observer.droppedDatagrams().equals(List.of(CloseReason.DIAL_FAILED)));
        assertThat(client.ask("who")).isEqualTo("127.0.0.2");
        Await.until(() -> setup.descriptors.used() == 1);
    }

    @Test
    void aTakenAddressFailsTheBind() {
        Channel listener = setup.listen("127.0.0.1");
        InetSocketAddress taken = (InetSocketAddress) listener.localAddress();
        var again = setup.proxy.bind(
                setup.loop(), new Frontend(taken.getAddress(), taken.getPort(), Protocol.UDP), setup.route);
        assertThat(again.awaitUninterruptibly().cause()).isInstanceOf(IOException.class);
        setup.publish(setup.echo("127.0.0.2").backend());
        assertThat(setup.client(listener).ask("still here")).isEqualTo("still here");
    }

    @Test
    void theAnyAddressIsNoFrontend() {
        Frontend any = new Frontend(Addresses.parse("0.0.0.0"), 53, Protocol.UDP);
        assertThatThrownBy(() -> setup.proxy.bind(setup.loop(), any, setup.route))
                .hasMessageContaining("0.0.0.0:53/UDP");
    }

    @Test
    void closingAListenerClosesItsSessionsAndSockets() {
        UdpEchoServer backend = setup.echo("127.0.0.2");
        setup.publish(backend.backend());
        Channel listener = setup.listen("127.0.0.1");
        UdpClient client = setup.client(listener);
        client.ask("one");
        setup.client(listener).ask("two");
        assertThat(setup.descriptors.used()).isEqualTo(2);
        listener.close().syncUninterruptibly();
        Await.until(() -> setup.observer.closedSessions().equals(List.of(CloseReason.SHUTDOWN, CloseReason.SHUTDOWN)));
        Await.until(() -> setup.proxy.sessions() == 0 && setup.descriptors.used() == 0);
        client.send("anybody there");
        assertThat(client.receive(QUIET)).isEmpty();
        setup.proxy.onPoolChanged(listener); // nothing left to change
    }

    @Test
    void aFrontendThatComesBackServesAgain() {
        setup.publish(setup.echo("127.0.0.2").backend());
        Channel listener = setup.listen("127.0.0.1");
        UdpClient client = setup.client(listener);
        client.ask("before");
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        listener.close().syncUninterruptibly();
        setup.bind(new Frontend(address.getAddress(), address.getPort(), Protocol.UDP));
        assertThat(client.ask("after")).isEqualTo("after");
    }

    /** NIO cannot send empty datagrams. */
    private static List<Integer> sizes(Transport transport, Integer... sizes) {
        return Stream.of(sizes)
                .filter(size -> size > 0 || transport != Transport.NIO)
                .toList();
    }

    private static List<String> notEmpty(List<String> texts) {
        return texts.stream().filter(text -> !text.isEmpty()).toList();
    }
}
