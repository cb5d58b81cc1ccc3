package dev.kubeproxy.control;

import dev.kubeproxy.control.cli.StatusCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The command {@code kube-proxy}: reads flags and configuration, then does what they ask. */
public final class KubeProxy {

    private static final int OK = 0;
    private static final int FAILED = 1;

    private final PrintStream out;
    private final PrintStream err;
    private final Cleanup cleanup;

    KubeProxy(PrintStream out, PrintStream err, Cleanup cleanup) {
        this.out = out;
        this.err = err;
        this.cleanup = cleanup;
    }

    public static void main(String[] args) {
        Cleanup cleanup = _ -> NodeProxy.cleanUp();
        System.exit(new KubeProxy(System.out, System.err, cleanup).run(args));
    }

    /** Does what the command line asks, and returns the exit code. */
    int run(String... args) {
        if (args.length > 0 && args[0].equals("status")) {
            return StatusCommand.run(Arrays.copyOfRange(args, 1, args.length), out, err);
        }
        try {
            if (args.length > 0 && args[0].equals("completion")) {
                return print(FlagHelp.completion(Arrays.copyOfRange(args, 1, args.length)));
            }
            Flags.Parsed line = Flags.parse(args);
            return switch (line.request()) {
                case HELP -> print(FlagHelp.text());
                case VERSION -> print(BuildInfo.read() + System.lineSeparator());
                case RUN -> run(line.values());
            };
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> err.println("Error: " + problem));
            err.println("See kube-proxy --help for all flags.");
            return FAILED;
        }
    }

    private int print(String text) {
        out.print(text);
        return OK;
    }

    private int run(Values flags) throws ConfigurationException {
        Path file = flags.read(Settings.CONFIG).orElse(null);
        ConfigurationFile.Loaded loaded = file == null
                ? new ConfigurationFile.Loaded(flags, List.of())
                : ConfigurationFile.load(file).with(flags);
        Values values = loaded.values();
        ProxyConfiguration configuration = ConfigurationReader.read(values, Hostname::read);
        Logs.configure(configuration.logging());
        Logger log = LogManager.getLogger(KubeProxy.class);
        loaded.warnings().forEach(log::warn);
        if (values.read(Settings.INIT_ONLY)) {
            log.info("Nothing to prepare before the proxy runs with fewer rights");
            return OK;
        }
        Path copy = values.read(Settings.WRITE_CONFIG_TO).orElse(null);
        if (copy != null) {
            return write(new ConfigurationWriter(values), copy, log);
        }
        if (values.read(Settings.CLEANUP)) {
            return cleanUp(configuration, log);
        }
        tellIgnored(values, log);
        Advice.on(values, file != null).forEach(log::warn);
        return serve(() -> new Serving(configuration, values, flags), log);
    }

    private static int write(ConfigurationWriter writer, Path file, Logger log) {
        try {
            Files.writeString(file, writer.yaml());
            log.info("Wrote configuration to {}", file);
            return OK;
        } catch (IOException e) {
            log.error("Cannot write the configuration to {}: {}", file, e.toString());
            return FAILED;
        }
    }

    private int cleanUp(ProxyConfiguration configuration, Logger log) {
        try {
            cleanup.run(configuration);
            log.info("Removed the local routes that earlier runs left; nothing else of theirs stays on a node");
            return OK;
        } catch (Exception e) {
            log.error("Encountered an error while removing what earlier runs left: {}", e.getMessage(), e);
            return FAILED;
        }
    }

    private static int serve(Supplier<Serving> serving, Logger log) {
        try {
            return serving.get().run() ? OK : FAILED;
        } catch (IOException e) {
            log.error(e.getMessage());
            return FAILED;
        } catch (UncheckedIOException e) {
            log.error("Cannot start: {} ({})", e.getMessage(), String.valueOf(e.getCause()));
            return FAILED;
        } catch (InterruptedException e) {
            log.error("Interrupted", e);
            return FAILED;
        } catch (RuntimeException e) {
            log.error("Cannot go on: {}. This is a bug; -v=2 tells where", e.toString());
            log.debug("The proxy ended by", e);
            return FAILED;
        }
    }

    private static void tellIgnored(Values values, Logger log) {
        String ignored = values.settings().stream()
                .filter(Setting::ignored)
                .map(values::where)
                .collect(Collectors.joining(", "));
        if (!ignored.isEmpty()) {
            log.info("Without meaning in userspace mode, ignored: {}", ignored);
        }
    }
}
