package dev.kubeproxy.control;

import dev.kubeproxy.control.Setting.Group;
import dev.kubeproxy.control.cli.StatusCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: kube-proxy's flags, in the forms that its flag library takes. */
final class Flags {

    /** Scripts ask for these; they do nothing else then. */
    enum Request {
        HELP,
        VERSION,
        RUN
    }

    /** What a command line says. */
    record Parsed(Request request, Values values) {}

    private static final String FORMS =
            "Values come as --flag=value or --flag value; durations as 250ms, 30s or 1h30m; switches as --flag or"
                    + " --flag=false.";

    private static final List<String> SHELLS = List.of("bash", "zsh");

    private final Map<String, Setting<?>> settings = new HashMap<>();

    Flags() {
        Settings.ALL.stream()
                .filter(setting -> !setting.flag().isEmpty())
                .forEach(setting -> settings.put(setting.flag(), setting));
    }

    /**
     * Takes the line apart; values are looked at later.
     *
     * @throws ConfigurationException when that cannot be done
     */
    Parsed parse(String... args) throws ConfigurationException {
        try {
            return parsed(new CommandLine(spec(false))
                    .setExpandAtFiles(false)
                    .setOverwrittenOptionsAllowed(true)
                    .setUnmatchedOptionsAllowedAsOptionParameters(true)
                    .parseArgs(spellOut(args)));
        } catch (UnmatchedArgumentException e) {
            throw new ConfigurationException(unmatched(e));
        } catch (MissingParameterException e) {
            throw new ConfigurationException("flag needs an argument: " + nameOf(e));
        } catch (ParameterException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }

    /** The text of {@code --help}. */
    String help() {
        CommandSpec spec = spec(true);
        spec.usageMessage()
                .width(120)
                .longOptionsMaxWidth(42)
                .sortOptions(false)
                .customSynopsis(
                        "kube-proxy [flags]",
                        "kube-proxy status [--help]         shows what a running proxy does",
                        "kube-proxy completion bash|zsh     prints a script that completes these commands")
                .description(
                        "",
                        "Makes the Services of a Kubernetes cluster reachable on this node, without kernel rules:"
                                + " listens on each",
                        "service address itself and forwards TCP and UDP to the Service's endpoints.")
                .footer("", Group.IGNORED.heading() + ":", ignored(), "", FORMS);
        return new CommandLine(spec).getUsageMessage(Ansi.OFF);
    }

    /**
     * The answer to {@code completion bash} and {@code completion zsh}: a script for the shell to source. One does for
     * both.
     *
     * @throws ConfigurationException when it is for another shell
     */
    String completion(String... shell) throws ConfigurationException {
        if (shell.length != 1 || !SHELLS.contains(shell[0])) {
            throw new ConfigurationException("completion wants one of " + String.join(", ", SHELLS));
        }
        CommandLine line = new CommandLine(spec(true))
                .addSubcommand("status", StatusCommand.commandLine())
                .addSubcommand("completion", new CommandLine(completionSpec()));
        return AutoComplete.bash("kube-proxy", line);
    }

    private static CommandSpec completionSpec() {
        return CommandSpec.create()
                .addPositional(PositionalParamSpec.builder()
                        .index("0")
                        .paramLabel("SHELL")
                        .completionCandidates(SHELLS)
                        .build());
    }

    private String ignored() {
        return settings.values().stream()
                .filter(Setting::ignored)
                .map(setting -> "--" + setting.flag())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /** In the text of help, switches have no value; for parsing each flag has one, see {@link #spellOut}. */
    private static CommandSpec spec(boolean forHelp) {
        CommandSpec spec = CommandSpec.create().name("kube-proxy");
        for (Group group : Group.values()) {
            ArgGroupSpec.Builder options =
                    ArgGroupSpec.builder().validate(false).multiplicity("0..*").heading("%n" + group.heading() + ":%n");
            Settings.ALL.stream()
                    .filter(setting ->
                            setting.group() == group && !setting.flag().isEmpty())
                    .filter(setting -> !forHelp || !setting.ignored())
                    .forEach(setting -> options.addArg(option(setting, forHelp)));
            if (group == Group.PROGRAM) {
                options.addArg(option(forHelp, "Print the version and exit", "--version"));
                options.addArg(option(forHelp, "Print this and exit", "-h", "--help"));
            }
            if (!options.args().isEmpty()) {
                spec.addArgGroup(options.build());
            }
        }
        return spec;
    }

    private static OptionSpec option(Setting<?> setting, boolean forHelp) {
        String dashes = "--" + setting.flag();
        String[] names =
                setting.flag().length() == 1 ? new String[] {"-" + setting.flag(), dashes} : new String[] {dashes};
        boolean tellDefault = !setting.fallback().isEmpty() && !setting.isSwitch();
        String help = setting.help() + (tellDefault ? " (default " + setting.fallback() + ")" : "");
        if (setting.isSwitch()) {
            return option(forHelp, help, names);
        }
        return OptionSpec.builder(option(false, help, names))
                .paramLabel(setting.kind().label())
                .hideParamSyntax(true)
                .build();
    }

    /** A switch, or, with a value, any flag: values are lists of text, to be read later. */
    private static OptionSpec option(boolean alone, String help, String... names) {
        OptionSpec.Builder option = OptionSpec.builder(names).description(help.replace("%", "%%"));
        return alone
                ? option.arity("0").type(boolean.class).build()
                : option.arity("1")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .build();
    }

    /**
     * Writes switches that stand alone with their value, so that a word after one is not taken for it, and turns the
     * underscores of old flag names into dashes, as kube-proxy does.
     */
    private String[] spellOut(String[] args) {
        List<String> spelled = new ArrayList<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            String name = equals < 0 ? arg : arg.substring(0, equals);
            String dashed = name.startsWith("--") ? name.replace('_', '-') : name;
            boolean alone = equals < 0 && isSwitch(dashed);
            spelled.add(alone ? dashed + "=true" : dashed + arg.substring(name.length()));
        }
        return spelled.toArray(String[]::new);
    }

    private boolean isSwitch(String name) {
        Setting<?> setting = name.startsWith("--") ? settings.get(name.substring(2)) : null;
        return name.equals("--help")
                || name.equals("-h")
                || name.equals("--version")
                || (setting != null && setting.isSwitch());
    }

    private Parsed parsed(ParseResult result) throws ConfigurationException {
        Values values = new Values();
        Request request = Request.RUN;
        for (OptionSpec option : result.matchedOptionsSet()) {
            List<String> texts = option.getValue();
            String flag = option.longestName().substring(2);
            Setting<?> setting = settings.get(flag);
            if (setting == null) {
                request = texts.getLast().equals("false") ? request : Request.valueOf(flag.toUpperCase(Locale.ROOT));
            } else {
                boolean adds = setting.kind().shape() == Kind.Shape.LIST
                        || setting.kind().shape() == Kind.Shape.MAP;
                values.put(setting, adds ? String.join(",", texts) : texts.getLast(), "--" + flag);
            }
        }
        return new Parsed(request, values);
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().getFirst();
        if (!first.startsWith("-") || first.equals("-")) {
            return "kube-proxy does not take any arguments, got \"" + first + "\"";
        }
        String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
        List<String> near = e.getSuggestions();
        return "unknown flag: " + name + (near.isEmpty() ? "" : "; did you mean " + near.getFirst() + "?");
    }

    private static String nameOf(MissingParameterException e) {
        return e.getMissing().getFirst() instanceof OptionSpec option ? option.longestName() : "";
    }
}
