package dev.kubeproxy.server.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.testing.Rule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the old balancer's tests said of its rotation (SPEC 4.2). */
class RoundRobinTest {

    private static final InetAddress CLIENT = Addresses.parse("10.244.1.5");

    private final PoolRef pool = new PoolRef(0, () -> 0);

    @Test
    @Rule("E9")
    void anEmptyPoolRefuses() {
        assertThat(pool.current().pick(CLIENT)).isEqualTo(Pick.NO_BACKEND);
    }

    @Test
    void aSingleBackendIsAlwaysPicked() {
        publish("a");
        assertThat(picks(3)).containsExactly("a", "a", "a");
    }

    @Test
    @Rule({"E1", "L2"})
    void eachBackendHasItsTurnAndTheCycleRepeats() {
        publish("a", "b", "c");
        assertThat(picks(6)).containsExactly("a", "b", "c", "a", "b", "c");
    }

    @Test
    @Rule({"A5", "E1"})
    void twoPortsOfOneServiceRotateOnTheirOwn() {
        PoolRef other = new PoolRef(0, () -> 0);
        publish("a", "b");
        other.publish(pool("a", "c"));
        assertThat(picks(1)).containsExactly("a");
        assertThat(name(other.current().pick(CLIENT))).isEqualTo("a");
        assertThat(picks(1)).containsExactly("b");
        assertThat(name(other.current().pick(CLIENT))).isEqualTo("c");
    }

    @Test
    @Rule("E9")
    void onlyTheNewBackendsAreUsedAfterASwapAndNoneAfterTheLastIsGone() {
        publish("a", "b");
        picks(3);
        publish("c", "d");
        assertThat(picks(4)).containsOnly("c", "d");
        publish();
        assertThat(pool.current().pick(CLIENT)).isEqualTo(Pick.NO_BACKEND);
    }

    @Test
    @Rule("E1")
    void theTurnGoesOnOverASwapThatLeavesThePoolAsItWas() {
        publish("a", "b", "c");
        assertThat(picks(2)).containsExactly("a", "b");
        publish("a", "b", "c");
        assertThat(picks(2)).containsExactly("c", "a");
    }

    @Test
    void anotherAttemptPassesOverWhatFailed() {
        publish("a", "b", "c");
        assertThat(name(pool.current().pick(CLIENT, List.of(backend("a"), backend("b")))))
                .isEqualTo("c");
    }

    @Test
    void anotherAttemptTakesAnyBackendWhenAllFailed() {
        publish("a", "b");
        assertThat(name(pool.current().pick(CLIENT, List.of(backend("a"), backend("b")))))
                .isIn("a", "b");
    }

    @Test
    void theRotationSurvivesTheOverflowOfItsCounter() {
        PoolRef old = new PoolRef(-2, () -> 0);
        old.publish(pool("a", "b", "c"));
        List<String> picked = Stream.generate(() -> name(old.current().pick(CLIENT)))
                .limit(300)
                .toList();
        assertThat(picked.stream()
                        .collect(Collectors.groupingBy(n -> n, Collectors.counting()))
                        .values())
                .allMatch(count -> count >= 99);
    }

    @Test
    void manyThreadsShareOneRotationEvenly() throws Exception {
        publish("a", "b", "c", "d");
        List<Future<List<String>>> results = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                results.add(threads.submit(() -> picks(1_000)));
            }
        }
        List<String> all = new ArrayList<>();
        for (Future<List<String>> result : results) {
            all.addAll(result.get());
        }
        assertThat(all.stream().collect(Collectors.groupingBy(n -> n, Collectors.counting())))
                .hasSize(4)
                .allSatisfy((_, count) -> assertThat(count).isEqualTo(1_000));
    }

    private void publish(String... names) {
        pool.publish(pool(names));
    }

    private List<String> picks(int count) {
        return Stream.generate(() -> name(pool.current().pick(CLIENT)))
                .limit(count)
                .toList();
    }

    static BackendPool pool(String... names) {
        return new BackendPool(Arrays.stream(names).map(RoundRobinTest::backend).toList(), Affinity.NONE);
    }

    /** Backend "a" is 10.0.0.1:80, "b" is 10.0.0.2:80 and so on. */
    static Backend backend(String name) {
        return Backend.of(Addresses.parse("10.0.0." + (name.charAt(0) - 'a' + 1)), 80);
    }

    static String name(Pick pick) {
        return switch (pick) {
            case Pick.Chosen(Backend backend) ->
                String.valueOf((char) ('a' + backend.address().getAddress().getAddress()[3] - 1));
            case Pick.Refused(var reason) -> reason.toString();
        };
    }
}
