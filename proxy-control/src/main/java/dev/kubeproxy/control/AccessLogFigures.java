package dev.kubeproxy.control;

import dev.kubeproxy.control.access.AccessLog;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** What became of the lines of the access log. */
record AccessLogFigures(AccessLog log) implements MultiCollector {

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(
                Samples.counter("kubeproxy_userspace_access_log_lines", "Lines of the access log so far", (double)
                        log.written()),
                Samples.counter(
                        "kubeproxy_userspace_access_log_dropped",
                        "Lines of the access log that were dropped because writing was too slow",
                        (double) log.dropped()));
    }
}
