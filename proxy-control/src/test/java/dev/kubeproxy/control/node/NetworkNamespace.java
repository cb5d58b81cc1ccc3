package dev.kubeproxy.control.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A network namespace, and a {@link Dialler} in it, that live as long as a test. Needs root. */
final class NetworkNamespace implements AutoCloseable {

    private final Process holder;
    private @Nullable Process dialler;

    private NetworkNamespace(Process holder) {
        this.holder = holder;
    }

    /** Skips the test, saying why, where none can be made. A process holds it, so that nothing is left of it. */
    static NetworkNamespace open() throws IOException {
        Process holder = new ProcessBuilder("unshare", "-n", "sh", "-c", "ip link set lo up && echo ready && cat")
                .redirectErrorStream(true)
                .start();
        String answer = String.valueOf(holder.inputReader().readLine());
        if (!answer.equals("ready")) {
            holder.destroy();
        }
        assumeTrue(answer.equals("ready"), "no network namespace can be made here (needs root): " + answer);
        return new NetworkNamespace(holder);
    }

    long pid() {
        return holder.pid();
    }

    /** A program that runs in here. */
    Command command(String... program) {
        return new ProcessCommand(inside(program));
    }

    /** Runs {@code ip} with these words; returns what it prints. */
    String ip(String words) throws IOException {
        Command.Result result = command("ip").run(List.of(words.split(" ", -1)), "");
        assertThat(result.exit()).as(words + ": " + result.errors()).isZero();
        return result.out();
    }

    /** What the {@link Dialler} answers. */
    String ask(String line) throws IOException {
        if (dialler == null) {
            dialler = new ProcessBuilder(inside(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Dialler.class.getName()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }
        var commands = dialler.outputWriter();
        commands.write(line + "\n");
        commands.flush();
        return String.valueOf(dialler.inputReader().readLine());
    }

    private List<String> inside(String... program) {
        return Stream.concat(Stream.of("nsenter", "-t", Long.toString(pid()), "-n"), Stream.of(program))
                .toList();
    }

    @Override
    public void close() {
        if (dialler != null) {
            end(dialler);
        }
        end(holder);
    }

    private static void end(Process process) {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
