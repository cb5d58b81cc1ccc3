package dev.kubeproxy.control;

import dev.kubeproxy.server.metrics.MicrometerProxyObserver;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/**
 * The gauge of the backends in each pool, read when Prometheus asks. A Micrometer gauge would keep a meter for each of
 * 10,000 idle service ports.
 */
record PoolSizes(MicrometerProxyObserver observer) implements Collector {

    @Override
    public MetricSnapshot collect() {
        GaugeSnapshot.Builder sizes = GaugeSnapshot.builder()
                .name("kubeproxy_userspace_pool_endpoints")
                .help("Endpoints that new connections or datagrams of a service port can go to");
        observer.forEachPool((name, size) -> sizes.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(Labels.of(
                        "namespace", name.service().namespace(),
                        "service", name.service().name(),
                        "port", name.port(),
                        "protocol", name.protocol().name(),
                        "ip_family", name.family().toString()))
                .value(size)
                .build()));
        return sizes.build();
    }
}
