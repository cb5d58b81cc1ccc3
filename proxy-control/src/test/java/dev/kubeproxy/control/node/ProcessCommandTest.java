package dev.kubeproxy.control.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessCommandTest {

    @Test
    void givesExitStatusAndBothOutputs() throws IOException {
        var program = new ProcessCommand(List.of("sh", "-c"));
        assertThat(program.run(List.of("cat; echo oops >&2; exit 3"), "hello\n"))
                .isEqualTo(new Command.Result(3, "hello\n", "oops\n"));
    }

    @Test
    void aProgramThatReadsNothingEndsAllTheSame() throws IOException {
        var program = new ProcessCommand(List.of("sh", "-c"));
        assertThat(program.run(List.of("exit 0"), "x".repeat(1 << 20)).exit()).isZero();
    }

    @Test
    void outputLargerThanAPipeIsReadWhole() throws IOException {
        var program = new ProcessCommand(List.of("cat"));
        String large = "0123456789\n".repeat(100_000);
        assertThat(program.run(List.of(), large).out()).isEqualTo(large);
    }

    @Test
    void aProgramThatIsNotThereIsAnIoException() {
        var program = new ProcessCommand(List.of("/no/such/ip"));
        assertThatThrownBy(() -> program.run(List.of(), ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot run program");
    }
}
