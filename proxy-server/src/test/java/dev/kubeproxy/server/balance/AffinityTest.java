package dev.kubeproxy.server.balance;

import static dev.kubeproxy.server.balance.RoundRobinTest.backend;
import static dev.kubeproxy.server.balance.RoundRobinTest.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.testing.Rule;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** ClientIP affinity: rules E2-E7 and the old balancer's "Sticky" tests (SPEC 4.2). */
class AffinityTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(100);

    private final AtomicLong clock = new AtomicLong();
    private final PoolRef pool = new PoolRef(0, clock::get);

    @Test
    @Rule("E2")
    void aClientStaysOnItsBackendWhileOthersTakeTurns() {
        publish("a", "b", "c");
        assertThat(pick(1)).isEqualTo("a");
        assertThat(pick(2)).isEqualTo("b");
        assertThat(pick(3)).isEqualTo("c");
        assertThat(pick(1)).isEqualTo("a");
        assertThat(pick(1)).isEqualTo("a");
        assertThat(pick(3)).isEqualTo("c");
    }

    @Test
    @Rule("E4")
    void onlyThePinsOfARemovedBackendMove() {
        publish("a", "b", "c");
        IntStream.rangeClosed(1, 3).forEach(this::pick);
        publish("a", "b");
        String moved = pick(3);
        assertThat(List.of(pick(1), pick(2))).containsExactly("a", "b");
        assertThat(moved).isIn("a", "b");
        assertThat(pick(3)).isEqualTo(moved);
        publish("a", "b", "d");
        assertThat(List.of(pick(1), pick(2), pick(3))).containsExactly("a", "b", moved);
        assertThat(List.of(pick(4), pick(5), pick(6))).containsExactlyInAnyOrder("a", "b", "d");
    }

    @Test
    @Rule("E4")
    void everyClientIsPinnedAnewOnceWhenAllBackendsAreReplaced() {
        publish("a", "b");
        pick(1);
        pick(2);
        publish("c", "d");
        String first = pick(1);
        assertThat(first).isIn("c", "d");
        assertThat(pick(1)).isEqualTo(first);
    }

    @Test
    @Rule("E3")
    void aPinEndsWhenItWasNotUsedForTheTimeout() {
        publish("a", "b");
        assertThat(pick(1)).isEqualTo("a");
        pass(TIMEOUT);
        assertThat(pick(1)).isEqualTo("b");
    }

    @Test
    @Rule("E3")
    void everyUseStartsTheTimeoutAnew() {
        publish("a", "b");
        assertThat(pick(1)).isEqualTo("a");
        for (int i = 0; i < 5; i++) {
            pass(TIMEOUT.minusSeconds(1));
            assertThat(pick(1)).isEqualTo("a");
        }
    }

    @Test
    @Rule({"A8", "E7"})
    void aChangedTimeoutHoldsForPinsThatExist() {
        publish("a", "b");
        assertThat(pick(1)).isEqualTo("a");
        pass(Duration.ofSeconds(10));
        pool.publish(new BackendPool(
                RoundRobinTest.pool("a", "b").backends(), new Affinity.ClientIp(Duration.ofSeconds(5))));
        assertThat(pick(1)).isEqualTo("b");
    }

    @Test
    @Rule("E5")
    void aFailedDialMovesThePin() {
        publish("a", "b", "c");
        assertThat(pick(1)).isEqualTo("a");
        String next = name(pool.current().pick(client(1), List.of(backend("a"))));
        assertThat(next).isNotEqualTo("a");
        assertThat(pick(1)).isEqualTo(next);
    }

    @Test
    @Rule("E6")
    void affinityThatIsSwitchedOnAndOffTakesEffect() {
        pool.publish(RoundRobinTest.pool("a", "b"));
        assertThat(List.of(pick(1), pick(1))).containsExactly("a", "b");
        publish("a", "b");
        assertThat(List.of(pick(1), pick(1), pick(1))).containsOnly("a");
        pool.publish(RoundRobinTest.pool("a", "b"));
        assertThat(List.of(pick(1), pick(1))).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    @Rule("E8")
    void pinsAreOfTheirOwnPool() {
        PoolRef another = new PoolRef(1, clock::get);
        publish("a", "b");
        another.publish(new BackendPool(RoundRobinTest.pool("a", "b").backends(), new Affinity.ClientIp(TIMEOUT)));
        assertThat(pick(1)).isEqualTo("a");
        assertThat(name(another.current().pick(client(1)))).isEqualTo("b");
    }

    @Test
    void pinsOfClientsLongGoneAreSwept() {
        AffinityTable table = new AffinityTable(clock::get);
        Pick.Chosen choice = new Pick.Chosen(backend("a"));
        table.find(client(0), TIMEOUT.toNanos());
        for (int i = 0; i < 1_000; i++) {
            table.pin(client(i), choice, _ -> false);
        }
        pass(TIMEOUT);
        for (int i = 1_000; i < 1_100; i++) {
            table.pin(client(i), choice, _ -> false);
        }
        assertThat(table.size()).isLessThanOrEqualTo(100);
    }

    private void publish(String... names) {
        pool.publish(new BackendPool(RoundRobinTest.pool(names).backends(), new Affinity.ClientIp(TIMEOUT)));
    }

    private String pick(int client) {
        return name(pool.current().pick(client(client)));
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private static InetAddress client(int number) {
        return Addresses.parse("10.244." + number / 250 + "." + (number % 250 + 1));
    }
}
