package dev.kubeproxy.control.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdentityTest {

    @TempDir
    private Path folder;

    @Test
    void anOverrideIsTrimmedAndLowerCased() {
        assertThat(NodeIdentity.find("  Node-1\t").name()).isEqualTo("node-1");
    }

    @Test
    void aBlankOverrideIsRefused() {
        assertThatThrownBy(() -> NodeIdentity.find("  "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("empty hostname-override is invalid");
    }

    @Test
    void elseItIsTheMachinesNameLowerCased() throws IOException {
        Path hostname = Files.writeString(folder.resolve("hostname"), "Worker-7.Example\n");
        assertThat(NodeIdentity.find(null, hostname).name()).isEqualTo("worker-7.example");
    }

    @Test
    void aMachineThatDoesNotSayItsNameIsAnErrorThatSaysWhatToDo() {
        assertThatThrownBy(() -> NodeIdentity.find(null, folder.resolve("absent")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("--hostname-override");
    }

    @Test
    void thisMachineHasAName() {
        assertThat(NodeIdentity.find(null).name()).isNotBlank();
    }
}
