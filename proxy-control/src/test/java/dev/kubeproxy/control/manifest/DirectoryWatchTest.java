package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryWatchTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void withoutAWatchOfTheKernelItIsBlindAndNoMore() throws Exception {
        DirectoryWatch.Opener usedUp = () -> {
            throw new IOException("User limit of inotify instances reached or too many open files");
        };
        try (DirectoryWatch watch = new DirectoryWatch(directory, usedUp)) {
            assertThat(watch.blind()).isTrue();
            assertThat(watch.stale()).isFalse();
        }
    }

    @Test
    void aDirectoryThatIsNotThereIsNotWatched() {
        assertThatThrownBy(() -> new DirectoryWatch(directory.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
    }
}
