package dev.kubeproxy.control;

import dev.kubeproxy.server.ProxyServer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The descriptors of the data plane and their bound, read when Prometheus asks; all of the process' are beside them. */
record DescriptorFigures(ProxyServer server) implements MultiCollector {

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(
                Samples.gauge(
                        "kubeproxy_userspace_descriptors_used",
                        "File descriptors that connections, sessions and listeners hold",
                        server.descriptors()),
                Samples.gauge(
                        "kubeproxy_userspace_descriptors_limit",
                        "File descriptors that connections, sessions and listeners may hold together",
                        server.descriptorLimit()));
    }
}
