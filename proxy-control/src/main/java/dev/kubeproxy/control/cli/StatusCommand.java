package dev.kubeproxy.control.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code kube-proxy status}: what the proxy that runs on this machine serves, and why so. */
@Command(
        name = "status",
        description = "Shows what the proxy that runs on this machine serves, and why so.",
        sortOptions = false)
public final class StatusCommand {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final String CLEAR_SCREEN = "\033[H\033[2J";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "VIEW",
            defaultValue = "services",
            description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE}); service and why want a Service's name")
    private View view = View.SERVICES;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAMESPACE/NAME", description = "A Service")
    private @Nullable String service;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    private Output output = Output.TABLE;

    @Option(
            names = {"-w", "--watch"},
            description = "Shows it again and again until interrupted")
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "MILLIS",
            defaultValue = "1000",
            description = "What rates are measured over, and how long --watch waits (default ${DEFAULT-VALUE})")
    private long intervalMillis = 1000;

    @Option(
            names = "--server",
            paramLabel = "ADDRESS:PORT",
            defaultValue = "127.0.0.1:10249",
            description = "The proxy's --metrics-bind-address (default ${DEFAULT-VALUE})")
    private String server = "127.0.0.1:10249";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this and exit")
    private boolean help;

    /** For parsing a line, and for completion. */
    public static CommandLine commandLine() {
        return commandLine(new StatusCommand());
    }

    private static CommandLine commandLine(StatusCommand command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100);
    }

    /**
     * Does what the words after {@code status} ask.
     *
     * @return the exit code
     */
    public static int run(String[] words, PrintStream out, PrintStream err) {
        StatusCommand command = new StatusCommand();
        CommandLine line = commandLine(command);
        try {
            line.parseArgs(words);
            if (command.help) {
                out.print(line.getUsageMessage(CommandLine.Help.Ansi.OFF));
                return OK;
            }
            command.check(line);
            command.show(out);
            return OK;
        } catch (ParameterException e) {
            err.println("Error: " + e.getMessage());
            err.println("See kube-proxy status --help.");
        } catch (IOException e) {
            err.println("Error: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return FAILED;
    }

    private void check(CommandLine line) {
        if (view.ofService() && (service == null || !service.matches("[^/]+/[^/]+"))) {
            throw new ParameterException(line, view + " wants a Service's NAMESPACE/NAME");
        }
        if (!view.ofService() && service != null) {
            throw new ParameterException(line, view + " takes no name, got \"" + service + "\"");
        }
        if (intervalMillis < 1) {
            throw new ParameterException(line, "--interval must be 1 or more");
        }
    }

    private void show(PrintStream out) throws IOException, InterruptedException {
        try (AdminPort port = new AdminPort(server)) {
            JsonNode before = view == View.SERVICES ? port.get("/status/traffic") : null;
            do {
                if (before != null) {
                    pause();
                }
                JsonNode traffic = before == null ? null : port.get("/status/traffic");
                print(document(port, before, traffic), out);
                before = traffic;
                if (watch && before == null) {
                    pause();
                }
            } while (watch);
        }
    }

    private JsonNode document(AdminPort port, @Nullable JsonNode before, @Nullable JsonNode traffic)
            throws IOException, InterruptedException {
        if (before != null && traffic != null) {
            return ServiceList.of(port.get("/status/services"), before, traffic);
        }
        if (view.ofService()) {
            return port.find("/status/services/" + service)
                    .orElseThrow(() -> new IOException("this proxy serves no Service " + service));
        }
        return port.get("/status/" + view);
    }

    private void print(JsonNode document, PrintStream out) {
        if (watch) {
            out.print(Optional.ofNullable(System.console())
                    .filter(Console::isTerminal)
                    .map(_ -> CLEAR_SCREEN)
                    .orElse(""));
        }
        switch (output) {
            case JSON ->
                out.println(text(
                        JsonMapper.builder()
                                .enable(SerializationFeature.INDENT_OUTPUT)
                                .build(),
                        document));
            case YAML -> out.print(text(new YAMLMapper(), document));
            case TABLE, WIDE ->
                out.print(new Printer(output == Output.WIDE, System.currentTimeMillis()).print(view, document));
        }
        out.flush();
    }

    private static String text(ObjectMapper mapper, JsonNode document) {
        return mapper.writeValueAsString(document);
    }

    private void pause() throws InterruptedException {
        boolean never =
                new CountDownLatch(1).await(Duration.ofMillis(intervalMillis).toNanos(), TimeUnit.NANOSECONDS);
        assert !never;
    }
}
