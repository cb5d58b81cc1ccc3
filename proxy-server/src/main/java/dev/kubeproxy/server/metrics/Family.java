package dev.kubeproxy.server.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/** The samples of one metric in one scrape. */
sealed interface Family {

    /** False where nothing has happened yet that it counts. */
    boolean isPresent();

    MetricSnapshot snapshot();

    /** One whose name gets {@code _total} in Prometheus. */
    static Counters counters(String name, String help) {
        return new Counters(metadata(name, help), new ArrayList<>());
    }

    static Gauges gauges(String name, String help) {
        return new Gauges(metadata(name, help), new ArrayList<>());
    }

    static Histograms histograms(String name, String help) {
        return new Histograms(metadata(name, help), new ArrayList<>());
    }

    private static MetricMetadata metadata(String name, String help) {
        return new MetricMetadata(ProxyMetrics.PREFIX + name, help);
    }

    /** Figures that only rise. */
    record Counters(MetricMetadata metadata, List<CounterDataPointSnapshot> points) implements Family {

        Counters add(Labels labels, long value) {
            points.add(new CounterDataPointSnapshot(value, labels, null, 0));
            return this;
        }

        @Override
        public boolean isPresent() {
            return !points.isEmpty();
        }

        @Override
        public MetricSnapshot snapshot() {
            return new CounterSnapshot(metadata, points);
        }
    }

    /** Figures of this moment. */
    record Gauges(MetricMetadata metadata, List<GaugeDataPointSnapshot> points) implements Family {

        Gauges add(Labels labels, long value) {
            points.add(new GaugeDataPointSnapshot(value, labels, null));
            return this;
        }

        @Override
        public boolean isPresent() {
            return !points.isEmpty();
        }

        @Override
        public MetricSnapshot snapshot() {
            return new GaugeSnapshot(metadata, points);
        }
    }

    /** Times. */
    record Histograms(MetricMetadata metadata, List<HistogramDataPointSnapshot> points) implements Family {

        Histograms add(Labels labels, Durations durations) {
            points.add(durations.point(labels));
            return this;
        }

        @Override
        public boolean isPresent() {
            return !points.isEmpty();
        }

        @Override
        public MetricSnapshot snapshot() {
            return new HistogramSnapshot(metadata, points);
        }
    }
}
