package dev.kubeproxy.control;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The process as Prometheus' own client libraries describe one, read when somebody asks (rule M3). */
final class ProcessFigures implements MultiCollector {

    private static final Path STATUS = Path.of("/proc/self/status");

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> figures = new ArrayList<>();
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            figures.add(CounterSnapshot.builder()
                    .name("process_cpu_seconds")
                    .help("Processor time of this process, user and system, in seconds")
                    .dataPoint(CounterDataPointSnapshot.builder()
                            .value(system.getProcessCpuTime() / 1e9)
                            .build())
                    .build());
            figures.add(gauge("process_open_fds", "File descriptors in use", system.getOpenFileDescriptorCount()));
            figures.add(gauge("process_max_fds", "File descriptors allowed", system.getMaxFileDescriptorCount()));
        }
        for (String line : status()) {
            if (line.startsWith("VmRSS:")) {
                figures.add(gauge("process_resident_memory_bytes", "Memory that is resident, in bytes", bytes(line)));
            } else if (line.startsWith("VmSize:")) {
                figures.add(gauge("process_virtual_memory_bytes", "Memory that is mapped, in bytes", bytes(line)));
            }
        }
        return new MetricSnapshots(figures);
    }

    private static List<String> status() {
        try {
            return Files.readAllLines(STATUS);
        } catch (IOException _) {
            return List.of();
        }
    }

    /** {@code VmRSS:   1234 kB}. */
    private static long bytes(String line) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    private static GaugeSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(
                        GaugeDataPointSnapshot.builder().value((double) value).build())
                .build();
    }
}
