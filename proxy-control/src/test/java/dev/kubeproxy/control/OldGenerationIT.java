package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In a JVM with the collector that the launcher chooses, whose names for things are the JDK's to change. */
class OldGenerationIT {

    /** Puts ten times the bound into the old generation, where little of it is in use at a time. */
    static final class Churn {

        private static final Duration PATIENCE = Duration.ofSeconds(5);
        private static final int BLOCK = 8 << 20;
        private static byte[] kept = {};
        private static volatile byte[] passing = {};

        private Churn() {}

        public static void main(String[] arguments) throws Exception {
            MemoryPoolMXBean old = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getName().equals("Tenured Gen"))
                    .findFirst()
                    .orElseThrow();
            try (OldGeneration _ = OldGeneration.ofSerialCollector().orElseThrow()) {
                for (int i = 0; i < 120; i++) {
                    kept = new byte[BLOCK]; // more than the young generation holds
                    for (int k = 0; k < BLOCK; k += passing.length) {
                        passing = new byte[1024]; // makes young collections, after which use is looked at
                    }
                    Instant end = Instant.now().plus(PATIENCE);
                    while (old.getUsage().getUsed() > 2 * OldGeneration.LEAST
                            && Instant.now().isBefore(end)) {
                        passing = new byte[1024];
                    }
                }
            }
            System.out.print(old.getPeakUsage().getUsed() - kept.length - passing.length);
        }
    }

    @Test
    void whatIsNotInUseDoesNotPileUp() throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmn4m",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Churn.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String peak = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jvm.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(jvm.exitValue()).isZero();
        assertThat(Long.parseLong(peak)).isLessThan(3 * OldGeneration.LEAST);
    }
}
