package dev.kubeproxy.control.conformance;

import dev.kubeproxy.control.conformance.RuleList.Entry;
import dev.kubeproxy.control.conformance.RuleList.Standing;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The text of {@code docs/conformance.md}. */
record ConformanceTable(RuleList rules, ProvenRules proven) {

    private static final String HEAD = """
        # Rules of Service behaviour, and the tests that prove them

        Our specification of Service behaviour is what kube-proxy does, old and new, as rules with numbers: C5, H3. A test names the
        rules that it proves (`@Rule("C5")`). This file is made of those names: `make conformance`; the build fails when a rule has no
        test, or when the file is not what it would be now. Where the program does not do as a rule says, the reason stands in the table.

        """;

    String text() {
        return HEAD + summary() + rules.sections().stream().map(this::section).collect(Collectors.joining());
    }

    private String summary() {
        return Arrays.stream(Standing.values())
                .map(standing -> rules.rules()
                                .filter(rule -> rule.standing() == standing)
                                .count() + " " + words(standing))
                .collect(Collectors.joining(
                        ", ", "Of %d rules ".formatted(rules.rules().count()), ".\n"));
    }

    private static String words(Standing standing) {
        return switch (standing) {
            case TESTED -> "hold as they stand";
            case DIFFERENT -> "are held differently";
            case OTHER -> "are details of other programs";
            case OPEN -> "are open";
        };
    }

    private String section(RuleList.Section section) {
        return "\n## " + section.title() + "\n\n| rule | what it says | tests |\n|---|---|---|\n"
                + section.rules().stream().map(this::row).collect(Collectors.joining());
    }

    private String row(Entry rule) {
        String tests =
                proven.tests(rule.id()).stream().map(test -> "`" + test + "`").collect(Collectors.joining(" "));
        return "| %s | %s%s | %s |\n".formatted(rule.id(), rule.meaning(), reason(rule), tests);
    }

    private static String reason(Entry rule) {
        return switch (rule.standing()) {
            case TESTED -> "";
            case DIFFERENT -> " **Different:** " + rule.reason() + ".";
            case OTHER -> " **Not for us:** " + rule.reason() + ".";
            case OPEN -> " **Open:** " + rule.reason() + ".";
        };
    }
}
