package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
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
    void aWatchThatTheKernelEndedIsStaleThoughTheDirectoryLooksTheSame() throws Exception {
        WatchService service = directory.getFileSystem().newWatchService();
        try (DirectoryWatch watch = new DirectoryWatch(directory, () -> service)) {
            Files.createFile(directory.resolve("web.yaml"));
            WatchKey key = service.take();
            key.reset(); // it has events, so it is the watch's next
            key.cancel();
            assertThat(watch.stale()).isFalse();
            watch.await(0, new NoEvents());
            assertThat(watch.stale()).isTrue();
        }
    }

    private static final class NoEvents implements DirectoryWatch.Events {

        @Override
        public void onFile(String name, DirectoryWatch.Happened what) {}

        @Override
        public void onAnything() {}
    }

    @Test
    void aDirectoryThatIsNotThereIsNotWatched() {
        assertThatThrownBy(() -> new DirectoryWatch(directory.resolve("missing")))
                .isInstanceOf(NoSuchFileException.class);
    }
}
