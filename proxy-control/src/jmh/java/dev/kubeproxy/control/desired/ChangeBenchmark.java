package dev.kubeproxy.control.desired;

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

/**
 * What it costs to decide when one of 10 endpoints of a Service changes, by the number of Services there are; the cost
 * should not grow with it: {@code bench/jmh Change}.
 */
@State(Scope.Benchmark)
@Fork(value = 2, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChangeBenchmark {

    private static final int ENDPOINTS = 10;
    private static final int ROUND = 1000;

    @Param({"1000", "10000", "100000"})
    public int services;

    private final ClusterState state = new ClusterState(Specs.THIS_NODE, NodePortAddresses.ALL);
    private final SliceSpec[] first = new SliceSpec[ROUND];
    private final SliceSpec[] changed = new SliceSpec[ROUND];
    private int next;

    @Setup
    public void build() {
        for (int i = 0; i < services; i++) {
            state.apply(new Change.ServiceSet(Specs.service("s" + i, address(96, i), Specs.tcp("", 80))));
            state.apply(new Change.SliceSet(slice(i, 0)));
        }
        for (int i = 0; i < ROUND; i++) {
            first[i] = slice(i, 0);
            changed[i] = slice(i, 1);
        }
        decide();
    }

    /** Each of 1,000 Services in its turn, there and back. */
    @Benchmark
    public int changedEndpoint() {
        SliceSpec[] slices = next / ROUND % 2 == 0 ? changed : first;
        state.apply(new Change.SliceSet(slices[next++ % ROUND]));
        return decide();
    }

    private int decide() {
        List<DesiredService> decided = state.rebuild().changed();
        decided.forEach(state::told);
        return decided.size();
    }

    private static SliceSpec slice(int i, int version) {
        return Specs.slice(
                "s" + i + "-1",
                "s" + i,
                80,
                IntStream.range(0, ENDPOINTS)
                        .mapToObj(k -> Specs.ready(address(128 + (k == 0 ? 64 * version : 0), i * ENDPOINTS + k)))
                        .toArray(SliceSpec.Endpoint[]::new));
    }

    private static String address(int second, int n) {
        return "10." + (second + (n >> 16)) + "." + (n >> 8 & 255) + "." + (n & 255);
    }
}
