package dev.kubeproxy.control.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What {@code rules.tsv} says: our specification of Service behaviour in one line a rule.
 *
 * @param sections in the file's order
 */
record RuleList(List<Section> sections) {

    /** Rules of one subject. */
    record Section(String title, List<Entry> rules) {}

    /**
     * One rule.
     *
     * @param meaning what it asks, in a line
     * @param reason why it is not held as it stands, empty where it is
     */
    record Entry(String id, String meaning, Standing standing, String reason) {}

    /** How the program stands to a rule. */
    enum Standing {
        /** It holds, and tests say so. */
        TESTED,
        /** The program does otherwise, knowingly. */
        DIFFERENT,
        /** It is a detail of another program. */
        OTHER,
        /** It is not done yet. */
        OPEN
    }

    /** Lines are {@code # title} and {@code ID TAB meaning [TAB standing: reason]}. */
    static RuleList read(Path file) throws IOException {
        List<Section> sections = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("# ")) {
                sections.add(new Section(line.substring(2), new ArrayList<>()));
            } else {
                sections.getLast().rules().add(entry(line.split("\t", -1)));
            }
        }
        return new RuleList(sections);
    }

    Stream<Entry> rules() {
        return sections.stream().flatMap(section -> section.rules().stream());
    }

    private static Entry entry(String[] fields) {
        if (fields.length == 2) {
            return new Entry(fields[0], fields[1], Standing.TESTED, "");
        }
        int colon = fields[2].indexOf(": ");
        Standing standing = Standing.valueOf(fields[2].substring(0, colon).toUpperCase(Locale.ROOT));
        return new Entry(fields[0], fields[1], standing, fields[2].substring(colon + 2));
    }
}
