package dev.kubeproxy.control.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineSinkTest {

    @TempDir
    Path directory;

    @Test
    void linesAreAddedToTheFileAndThereAtOnce() throws IOException {
        Path file = Files.writeString(directory.resolve("access.log"), "of an earlier run\n");
        try (LineSink sink = LineSink.open(Optional.of(file))) {
            sink.write(List.of("one", "two {}"));
            assertThat(file).hasContent("of an earlier run\none\ntwo {}\n");
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsAnError() {
        Path file = directory.resolve("missing").resolve("access.log");
        assertThatThrownBy(() -> LineSink.open(Optional.of(file)))
                .isInstanceOf(IOException.class)
                .hasMessage("--access-log: cannot write " + file + ": no such directory");
    }
}
