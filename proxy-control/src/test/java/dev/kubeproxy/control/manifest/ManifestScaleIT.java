package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.kube.ServiceReader;
import dev.kubeproxy.server.model.Cidr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many files, each a Service with ten endpoints; one after the other changes. The log has the figures; those of 5,000
 * files come with {@code -Dmanifest.files=5000}.
 */
class ManifestScaleIT {

    private static final Logger LOG = LogManager.getLogger();
    private static final int FILES = Integer.getInteger("manifest.files", 1_000);
    private static final int CHANGES = 100;

    /** Far above what is measured, so that a busy machine does not fail it; a rescan of all files takes longer. */
    private static final Duration BOUND = Duration.ofMillis(250);

    @TempDir
    private Path parent;

    @Test
    void aChangeCostsWhatItChanges() throws IOException {
        Path directory = Files.createDirectory(parent.resolve("manifests"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(directory.resolve("web-" + i + ".yaml"), manifest(i, 1));
        }
        OfferedState offered = new OfferedState();
        List<Cidr> ranges = List.of(Cidr.parse("10.96.0.0/12"));
        try (var source = new ManifestSource(directory, "node1", new ServiceReader(), ranges, offered)) {
            long start = System.nanoTime();
            source.start();
            offered.awaitSynced();
            LOG.info("{} files were offered after {} ms", FILES, (System.nanoTime() - start) / 1_000_000);
            assertThat(offered.serviceNames()).hasSize(FILES);

            long[] nanos = new long[CHANGES];
            for (int change = 0; change < CHANGES; change++) {
                nanos[change] = change(directory, change % FILES, change + 2, offered);
            }
            Arrays.sort(nanos);
            LOG.info(
                    "rename to offer: p50 {} ms, p99 {} ms, most {} ms",
                    nanos[CHANGES / 2] / 1e6,
                    nanos[CHANGES * 99 / 100] / 1e6,
                    nanos[CHANGES - 1] / 1e6);
            assertThat(Duration.ofNanos(nanos[CHANGES / 2])).isLessThan(BOUND);
        }
    }

    private long change(Path directory, int file, int version, OfferedState offered) throws IOException {
        String name = "web-" + file;
        Path next = Files.writeString(parent.resolve("next"), manifest(file, version));
        String address = "10.%d.%d.1".formatted(version, file % 250);
        long start = System.nanoTime();
        Files.move(next, directory.resolve(name + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
        offered.await(address, state -> state.endpoints(name + "-1").contains(address));
        return System.nanoTime() - start;
    }

    private static String manifest(int file, int version) {
        String[] addresses = IntStream.rangeClosed(1, 10)
                .mapToObj(i -> "10.%d.%d.%d".formatted(version, file % 250, i))
                .toArray(String[]::new);
        return Yaml.service("web-" + file) + "---\n" + Yaml.slice("web-" + file, addresses);
    }
}
