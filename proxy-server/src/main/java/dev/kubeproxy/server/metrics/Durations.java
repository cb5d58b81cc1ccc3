package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.Backend;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A histogram of how long something took. Event loops add to it without a lock; only a scrape sums up. */
final class Durations {

    /** Up to where a backend nearby, one in another zone, and the attempts' timeouts lie; in seconds. */
    static final double[] DIALS = bounds(0.00025, 0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5);

    static final double[] SWAPS = bounds(0.000_01, 0.000_1, 0.001, 0.01, 0.1, 1);
    static final double[] LAGS = bounds(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5);

    private static final double NANOS = 1e9;

    /** The last backend whose time fell into a bucket. */
    private record Sample(Backend backend, long nanos, long atMillis) {}

    private final double[] upperBounds;
    private final LongAdder[] buckets;
    private final LongAdder nanosInAll = new LongAdder();

    /** Of each bucket; empty where nobody wants exemplars. */
    private final AtomicReferenceArray<Sample> samples;

    /** @param exemplars keep for each bucket which backend was the last in it */
    Durations(double[] upperBounds, boolean exemplars) {
        this.upperBounds = upperBounds;
        this.buckets = Stream.generate(LongAdder::new).limit(upperBounds.length).toArray(LongAdder[]::new);
        this.samples = new AtomicReferenceArray<>(exemplars ? upperBounds.length : 0);
    }

    void add(long nanos) {
        buckets[bucket(nanos)].increment();
        nanosInAll.add(nanos);
    }

    void add(long nanos, Backend backend) {
        add(nanos);
        if (samples.length() > 0) {
            samples.set(bucket(nanos), new Sample(backend, nanos, System.currentTimeMillis()));
        }
    }

    /** Takes in all that the other has, exemplars aside. */
    void addAll(Durations other) {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i].add(other.buckets[i].sum());
        }
        nanosInAll.add(other.nanosInAll.sum());
    }

    HistogramDataPointSnapshot point(Labels labels) {
        long[] counts = Arrays.stream(buckets).mapToLong(LongAdder::sum).toArray();
        return new HistogramDataPointSnapshot(
                ClassicHistogramBuckets.of(upperBounds, counts), nanosInAll.sum() / NANOS, labels, exemplars(), 0);
    }

    private int bucket(long nanos) {
        double seconds = nanos / NANOS;
        int bucket = 0;
        while (seconds > upperBounds[bucket]) {
            bucket++;
        }
        return bucket;
    }

    private Exemplars exemplars() {
        if (samples.length() == 0) {
            return Exemplars.EMPTY;
        }
        List<Exemplar> seen = IntStream.range(0, samples.length())
                .mapToObj(samples::get)
                .filter(Objects::nonNull)
                .map(sample -> new Exemplar(
                        sample.nanos() / NANOS,
                        Labels.of("backend", sample.backend().toString()),
                        sample.atMillis()))
                .toList();
        return Exemplars.of(seen);
    }

    private static double[] bounds(double... finite) {
        double[] all = Arrays.copyOf(finite, finite.length + 1);
        all[finite.length] = Double.POSITIVE_INFINITY;
        return all;
    }
}
