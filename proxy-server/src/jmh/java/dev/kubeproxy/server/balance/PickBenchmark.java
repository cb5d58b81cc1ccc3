package dev.kubeproxy.server.balance;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a new connection or session costs before any I/O, and what a change of a pool does: {@code bench/jmh Pick}. */
@State(Scope.Benchmark)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBenchmark {

    private static final Affinity CLIENT_IP = new Affinity.ClientIp(Duration.ofHours(3));
    private static final int CLIENTS = 1024; // a power of two

    @Param({"10", "1000"})
    public int endpoints;

    private final InetAddress[] clients = IntStream.range(0, CLIENTS)
            .mapToObj(i -> Addresses.parse("10.1." + (i >> 8) + "." + (i & 255)))
            .toArray(InetAddress[]::new);
    private final PoolRef roundRobin = new PoolRef(0, Ticker.SYSTEM);
    private final PoolRef pinned = new PoolRef(0, Ticker.SYSTEM);
    private List<Backend> backends;
    private List<Backend> oneLess;
    private int next;

    @Setup
    public void publish() {
        backends = IntStream.range(0, endpoints)
                .mapToObj(i -> Backend.of(Addresses.parse("10.2." + (i >> 8) + "." + (i & 255)), 80))
                .toList();
        oneLess = backends.subList(1, endpoints);
        roundRobin.publish(new BackendPool(backends, Affinity.NONE));
        pinned.publish(new BackendPool(backends, CLIENT_IP));
        for (InetAddress client : clients) {
            pinned.current().pick(client);
        }
    }

    @Benchmark
    public Pick pick() {
        return roundRobin.current().pick(client());
    }

    @Benchmark
    public Pick pickOfPinnedClient() {
        return pinned.current().pick(client());
    }

    @Benchmark
    public boolean swap() {
        return roundRobin.publish(new BackendPool(alternating(), Affinity.NONE));
    }

    @Benchmark
    public boolean swapWithPins() {
        return pinned.publish(new BackendPool(alternating(), CLIENT_IP));
    }

    private InetAddress client() {
        return clients[next++ & CLIENTS - 1];
    }

    private List<Backend> alternating() {
        return (next++ & 1) == 0 ? oneLess : backends;
    }
}
