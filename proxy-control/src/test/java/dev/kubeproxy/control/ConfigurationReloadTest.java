package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Await;
import dev.kubeproxy.server.testing.CapturedLog;
import dev.kubeproxy.server.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Rule("N9")
class ConfigurationReloadTest {

    private static final String HEAD = """
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        kind: KubeProxyConfiguration
        """;

    @TempDir
    Path directory;

    private final List<Integer> applied = new ArrayList<>();
    private final Values flags = new Values();

    @SuppressWarnings("NullAway.Init") // before each test
    private Path file;

    @BeforeEach
    void haveAFile() throws IOException {
        file = directory.resolve("config.conf");
        write("");
    }

    @Test
    void verbosityTakesEffectAndTheRestWaitsForARestart() throws Exception {
        ConfigurationReload reload = reload();
        write("logging: {verbosity: 4}\noomScoreAdj: 5\nconntrack: {min: 9}\n");
        try (CapturedLog log = new CapturedLog(ConfigurationReload.class)) {
            reload.run();
            assertThat(log.lines())
                    .containsExactly(
                            "INFO " + file + " changed, in force now: logging.verbosity",
                            "WARN " + file + " changed, in force after a restart: oomScoreAdj");
        }
        assertThat(applied).containsExactly(4);
        assertThat(reload.current().text(Settings.VERBOSITY)).isEqualTo("4");
        assertThat(reload.current().text(Settings.OOM_SCORE_ADJ)).isEqualTo("-999");
    }

    @Test
    void aFileThatIsWrongChangesNothing() throws Exception {
        ConfigurationReload reload = reload();
        write("logging: {verbosity: 4}\noomScoreAdj: 5000\nbindAddress: here\n");
        try (CapturedLog log = new CapturedLog(ConfigurationReload.class)) {
            reload.run();
            assertThat(log.lines())
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).startsWith("ERROR").contains("cannot be used"));
        }
        assertThat(applied).isEmpty();
        assertThat(reload.current().text(Settings.VERBOSITY)).isEqualTo("0");
    }

    @Test
    void aFlagStaysStrongerThanTheFile() throws Exception {
        flags.put(Settings.VERBOSITY, "2", "--v");
        ConfigurationReload reload = reload();
        write("logging: {verbosity: 4}\n");
        reload.run();
        assertThat(applied).isEmpty();
        assertThat(reload.current().text(Settings.VERBOSITY)).isEqualTo("2");
    }

    @Test
    void aWatchSeesAFileWrittenAndOneRenamedOverIt() throws Exception {
        AtomicInteger changes = new AtomicInteger();
        try (var watch = new ConfigurationWatch(file, Duration.ofMillis(5), changes::incrementAndGet)) {
            watch.start();
            write("oomScoreAdj: 1\n");
            Await.until("the write is seen", () -> changes.get() >= 1);
            int before = changes.get();
            Path other = Files.writeString(directory.resolve("other"), HEAD + "oomScoreAdj: 2\n");
            Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Await.until("the rename is seen", () -> changes.get() > before);
        }
    }

    private ConfigurationReload reload() throws ConfigurationException {
        Values running = ConfigurationFile.load(file).with(flags).values();
        return new ConfigurationReload(
                file,
                flags,
                running,
                () -> "host",
                next -> applied.add(next.logging().verbosity()));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, HEAD + text);
    }
}
