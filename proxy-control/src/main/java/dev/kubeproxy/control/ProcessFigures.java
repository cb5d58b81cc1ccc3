package dev.kubeproxy.control;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.registry.MultiCollector;
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
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> figures = new ArrayList<>();
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            figures.add(Samples.counter(
                    "process_cpu_seconds",
                    "Processor time of this process, user and system, in seconds",
                    system.getProcessCpuTime() / 1e9));
            long open = openDescriptors(system);
            long most = system.getMaxFileDescriptorCount();
            figures.add(Samples.gauge("process_open_fds", "File descriptors in use", open));
            figures.add(Samples.gauge("process_max_fds", "File descriptors allowed", most));
            figures.add(Samples.gauge("process_files_open_files", "The same as process_open_fds", open));
            figures.add(Samples.gauge("process_files_max_files", "The same as process_max_fds", most));
        }
        for (String line : status()) {
            if (line.startsWith("VmRSS:")) {
                figures.add(Samples.gauge(
                        "process_resident_memory_bytes", "Memory that is resident, in bytes", bytes(line)));
            } else if (line.startsWith("VmSize:")) {
                figures.add(
                        Samples.gauge("process_virtual_memory_bytes", "Memory that is mapped, in bytes", bytes(line)));
            }
        }
        return new MetricSnapshots(figures);
    }

    /** Newer kernels have counted them; the JVM counts them one by one, which with 10,000 of them takes 30 ms. */
    private static long openDescriptors(UnixOperatingSystemMXBean system) {
        try {
            long counted = Files.size(DESCRIPTORS);
            return counted > 0 ? counted : system.getOpenFileDescriptorCount();
        } catch (IOException _) {
            return system.getOpenFileDescriptorCount();
        }
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
}
