package dev.kubeproxy.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.testing.FakeTicker;
import dev.kubeproxy.server.testing.Rule;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RefusedBackendsTest {

    private final Backend dead = Backend.of(Addresses.parse("10.0.0.1"), 53);
    private final Backend alsoDead = Backend.of(Addresses.parse("10.0.0.2"), 53);
    private final FakeTicker ticker = new FakeTicker();
    private final RefusedBackends refused = new RefusedBackends(ticker);

    @Test
    @Rule("G7")
    void aClientAvoidsWhatRefusedItOnce() {
        refused.remember(client("10.1.0.1", 1000), dead);
        assertThat(refused.take(client("10.1.0.1", 1000))).containsExactly(dead);
    }

    @Test
    void anotherPortOfTheClientAvoidsItToo() {
        refused.remember(client("10.1.0.1", 1000), dead);
        assertThat(refused.take(client("10.1.0.1", 2000))).containsExactly(dead);
        assertThat(refused.take(client("10.1.0.1", 3000))).isEmpty();
        assertThat(refused.take(client("10.1.0.1", 1000))).containsExactly(dead);
    }

    @Test
    void onceItsSocketHasAvoidedItTheAddressNeedNot() {
        refused.remember(client("10.1.0.1", 1000), dead);
        assertThat(refused.take(client("10.1.0.1", 1000))).containsExactly(dead);
        assertThat(refused.take(client("10.1.0.1", 2000))).isEmpty();
    }

    @Test
    void whatRefusedAnotherSocketStaysWithTheAddress() {
        refused.remember(client("10.1.0.1", 1000), dead);
        refused.remember(client("10.1.0.1", 2000), alsoDead);
        assertThat(refused.take(client("10.1.0.1", 1000))).containsExactly(dead);
        assertThat(refused.take(client("10.1.0.1", 3000))).containsExactly(alsoDead);
    }

    @Test
    void aRefusalIsForgottenAfterAWhile() {
        refused.remember(client("10.1.0.1", 1000), dead);
        refused.remember(client("10.1.0.2", 1000), dead);
        ticker.advance(RefusedBackends.KEPT.minusNanos(1));
        assertThat(refused.take(client("10.1.0.1", 2000))).containsExactly(dead);
        ticker.advance(Duration.ofNanos(1));
        assertThat(refused.take(client("10.1.0.1", 1000))).isEmpty();
        assertThat(refused.take(client("10.1.0.2", 2000))).isEmpty();
    }

    @Test
    void theNewestRefusalCounts() {
        refused.remember(client("10.1.0.1", 1000), dead);
        refused.remember(client("10.1.0.1", 1000), alsoDead);
        assertThat(refused.take(client("10.1.0.1", 1000))).containsExactly(alsoDead);
    }

    @Test
    void otherClientsKnowNothingOfIt() {
        refused.remember(client("10.1.0.1", 1000), dead);
        assertThat(refused.take(client("10.1.0.2", 1000))).isEmpty();
    }

    @Test
    void theOldestAreForgotten() {
        for (int port = 1; port <= 5000; port++) {
            refused.remember(client("10.1.0.1", port), dead);
        }
        refused.take(client("10.1.0.1", 9999)); // what is remembered for the address
        assertThat(refused.take(client("10.1.0.1", 1))).isEmpty();
        assertThat(refused.take(client("10.1.0.1", 5000))).containsExactly(dead);
    }

    private static InetSocketAddress client(String address, int port) {
        return new InetSocketAddress(Addresses.parse(address), port);
    }
}
