package dev.kubeproxy.control;

import dev.kubeproxy.control.Setting.Group;
import dev.kubeproxy.control.cli.StatusCommand;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** What helps to write a command line: the text of {@code --help}, completion for shells, and flags of a like name. */
final class FlagHelp {

    private static final String FORMS =
            "Values come as --flag=value or --flag value; durations as 250ms, 30s or 1h30m; switches as --flag or"
                    + " --flag=false.";

    private static final List<String> SHELLS = List.of("bash", "zsh");

    private FlagHelp() {}

    static String text() {
        CommandSpec spec = spec();
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
                        "Makes the Services of a Kubernetes cluster reachable on this node by a process, not by rules"
                                + " of the kernel:",
                        "takes what comes to each service address and forwards TCP and UDP to the Service's endpoints.")
                .footer("", Group.IGNORED.heading() + ":", ignored(), "", FORMS);
        return new CommandLine(spec).getUsageMessage(Ansi.OFF);
    }

    /**
     * The answer to {@code completion bash} and {@code completion zsh}: a script for the shell to source. One does for
     * both.
     *
     * @throws ConfigurationException when it is for another shell
     */
    static String completion(String... shell) throws ConfigurationException {
        if (shell.length != 1 || !SHELLS.contains(shell[0])) {
            throw new ConfigurationException("completion wants one of " + String.join(", ", SHELLS));
        }
        CommandLine line = new CommandLine(spec())
                .addSubcommand("status", StatusCommand.commandLine())
                .addSubcommand("completion", new CommandLine(completionSpec()));
        return AutoComplete.bash("kube-proxy", line);
    }

    /** The flag that was probably meant by one that there is not. */
    static Optional<String> like(String unknown) {
        try {
            new CommandLine(spec(true)).parseArgs(unknown);
            return Optional.empty();
        } catch (UnmatchedArgumentException e) {
            return e.getSuggestions().stream().max(Comparator.comparingInt(flag -> alike(flag, unknown)));
        }
    }

    /** How many letters two flags have in common at their beginnings and ends. */
    private static int alike(String flag, String other) {
        int shorter = Math.min(flag.length(), other.length());
        int begin = 0;
        while (begin < shorter && flag.charAt(begin) == other.charAt(begin)) {
            begin++;
        }
        int end = 0;
        while (end < shorter && flag.charAt(flag.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
            end++;
        }
        return begin + end;
    }

    private static CommandSpec completionSpec() {
        return CommandSpec.create()
                .addPositional(PositionalParamSpec.builder()
                        .index("0")
                        .paramLabel("SHELL")
                        .completionCandidates(SHELLS)
                        .build());
    }

    private static String ignored() {
        return Settings.ALL.stream()
                .filter(setting -> setting.ignored() && !setting.flag().isEmpty())
                .map(setting -> "--" + setting.flag())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static CommandSpec spec() {
        return spec(false);
    }

    private static CommandSpec spec(boolean ignoredToo) {
        CommandSpec spec = CommandSpec.create().name("kube-proxy");
        for (Group group : Group.values()) {
            ArgGroupSpec.Builder options =
                    ArgGroupSpec.builder().validate(false).multiplicity("0..*").heading("%n" + group.heading() + ":%n");
            Settings.ALL.stream()
                    .filter(setting -> setting.group() == group
                            && (ignoredToo || !setting.ignored())
                            && !setting.flag().isEmpty())
                    .forEach(setting -> options.addArg(option(setting)));
            if (group == Group.PROGRAM) {
                options.addArg(toggle("Print the version and exit", "--version"));
                options.addArg(toggle("Print this and exit", "-h", "--help"));
            }
            if (!options.args().isEmpty()) {
                spec.addArgGroup(options.build());
            }
        }
        return spec;
    }

    private static OptionSpec option(Setting<?> setting) {
        String dashes = "--" + setting.flag();
        String[] names =
                setting.flag().length() == 1 ? new String[] {"-" + setting.flag(), dashes} : new String[] {dashes};
        if (setting.isSwitch()) {
            return toggle(setting.help(), names);
        }
        boolean tellDefault = !setting.fallback().isEmpty();
        OptionSpec.Builder option = described(
                        setting.help() + (tellDefault ? " (default " + setting.fallback() + ")" : ""), names)
                .arity("1")
                .type(String.class)
                .paramLabel(setting.kind().label())
                .hideParamSyntax(true);
        List<String> choices = setting.kind().choices();
        return choices.isEmpty() // then the shell completes as it does elsewhere
                ? option.build()
                : option.completionCandidates(choices).build();
    }

    private static OptionSpec toggle(String help, String... names) {
        return described(help, names).arity("0").type(boolean.class).build();
    }

    private static OptionSpec.Builder described(String help, String... names) {
        return OptionSpec.builder(names).description(help.replace("%", "%%"));
    }
}
