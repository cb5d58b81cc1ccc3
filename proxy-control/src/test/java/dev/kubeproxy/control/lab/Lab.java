package dev.kubeproxy.control.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The lab, as a test drives it. */
final class Lab {

    static final Path ROOT = root();

    private static final Path SCRIPT = ROOT.resolve("../shared/lab/lab").normalize();
    private static final int BOUND_SECONDS = 60;

    private Lab() {}

    /** What a command printed and how it ended. */
    record Result(int status, String out) {}

    /** Skips the test, saying why, where the lab is not up; fails it where the lab is required. */
    static void requireUp() {
        String missing = missing();
        if (missing == null) {
            return;
        }
        if (Boolean.getBoolean("lab.required")) {
            throw new AssertionError("the lab is required, but " + missing);
        }
        System.err.println("Skipping: needs the lab, but " + missing);
        Assumptions.abort("needs the lab, but " + missing);
    }

    /** Runs a command on a host: {@code node1}, {@code pod1a}, {@code outside}. */
    static Result exec(String host, String... command) {
        return feed(host, "", command);
    }

    /** The same with something to read. */
    static Result feed(String host, String input, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", "lab-" + host));
        all.addAll(List.of(command));
        return run(input, all);
    }

    /** One of the lab's own verbs. */
    static Result lab(String... verb) {
        List<String> all = new ArrayList<>(List.of(SCRIPT.toString()));
        all.addAll(List.of(verb));
        return run("", all);
    }

    static void apply(String yaml) {
        List<String> command = List.of(SCRIPT.toString(), "kubectl", "apply", "-f", "-");
        Result result = run(yaml, command);
        if (result.status() != 0) {
            throw new AssertionError(result.out());
        }
    }

    /** What the API server says to objects, without keeping them. */
    static Result dryRun(String yaml) {
        return run(yaml, List.of(SCRIPT.toString(), "kubectl", "apply", "--dry-run=server", "-f", "-"));
    }

    /** A started process in a host's namespace, its output in the file. */
    static Process start(String host, Path log, List<String> command) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", "lab-" + host));
        all.addAll(command);
        return new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static @Nullable String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "the user is not root";
        }
        if (!Files.isExecutable(SCRIPT)) {
            return SCRIPT + " is not there";
        }
        if (!Files.exists(Path.of("/run/netns/lab-node1"))) {
            return "it is not up; run: " + SCRIPT + " up";
        }
        return null;
    }

    private static Result run(String input, List<String> command) {
        try {
            Path out = Files.createTempFile("lab", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not done within " + BOUND_SECONDS + " s: " + command);
            }
            String text = Files.readString(out);
            Files.delete(out);
            return new Result(process.exitValue(), text);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(command.toString(), e);
        }
    }

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        Path parent = here.getParent();
        return parent != null && Files.exists(parent.resolve("bin/kube-proxy")) ? parent : here;
    }
}
