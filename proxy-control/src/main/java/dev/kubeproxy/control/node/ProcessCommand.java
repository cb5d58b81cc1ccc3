package dev.kubeproxy.control.node;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.io.Writer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a program as a process. Its three streams are served at once, so that neither side waits for the other. */
final class ProcessCommand implements Command {

    private static final Duration TO_END = Duration.ofSeconds(60);

    private final List<String> command;

    /** @param command {@code ip}, or what runs it elsewhere: {@code ip netns exec NAME ip} */
    ProcessCommand(List<String> command) {
        this.command = List.copyOf(command);
    }

    @Override
    public Result run(List<String> arguments, String input) throws IOException {
        Process process = new ProcessBuilder(
                        Stream.concat(command.stream(), arguments.stream()).toList())
                .start();
        try (ExecutorService streams = Executors.newVirtualThreadPerTaskExecutor();
                Ending _ = process::destroyForcibly) { // first, for it ends the streams
            streams.execute(() -> write(process, input));
            Future<String> out = streams.submit(() -> read(process.inputReader()));
            Future<String> errors = streams.submit(() -> read(process.errorReader()));
            if (!process.waitFor(TO_END.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(command + " did not end within " + TO_END.toSeconds() + " s");
            }
            return new Result(process.exitValue(), out.get(), errors.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(command + " was not waited for");
        } catch (ExecutionException e) {
            throw new IOException("the output of " + command + " cannot be read", e);
        }
    }

    private interface Ending extends AutoCloseable {
        @Override
        void close();
    }

    private static void write(Process process, String input) {
        try (Writer writer = process.outputWriter()) {
            writer.write(input);
        } catch (IOException _) {
            // It ended without reading on; its exit status says why.
        }
    }

    private static String read(Reader reader) throws IOException {
        try (reader) {
            return reader.readAllAsString();
        }
    }
}
