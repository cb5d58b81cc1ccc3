package dev.kubeproxy.control.node;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An {@code nft} with one table, whose elements it keeps; a run that names what is not there changes nothing. */
final class FakeNft implements Command {

    private static final Pattern ELEMENTS =
            Pattern.compile("(add|delete) element inet kube-proxy-userspace (\\S+) \\{ (.*) }");

    final List<String> runs = new ArrayList<>();
    private TreeSet<String> elements = new TreeSet<>();
    private boolean made;
    private @Nullable String error;

    /** Every run fails. */
    void breaks(String reason) {
        error = reason;
    }

    void repaired() {
        error = null;
    }

    /** Somebody flushes all rules. */
    void losesAll() {
        made = false;
        elements.clear();
    }

    boolean isMade() {
        return made;
    }

    /** {@code SET KEY}, sorted. */
    List<String> elements() {
        return List.copyOf(elements);
    }

    @Override
    public Result run(List<String> arguments, String input) {
        runs.add(input);
        if (error != null) {
            return new Result(1, "", error);
        }
        TreeSet<String> before = new TreeSet<>(elements);
        boolean madeBefore = made;
        for (String line : input.lines().toList()) {
            if (!take(line)) {
                elements = before;
                made = madeBefore;
                return new Result(1, "", "Error: Could not process rule: No such file or directory\n" + line);
            }
        }
        return new Result(0, "", "");
    }

    private boolean take(String line) {
        Matcher change = ELEMENTS.matcher(line);
        if (line.startsWith("add table ")) {
            made = true;
        } else if (line.startsWith("delete table ")) {
            losesAll();
        } else if (line.startsWith("table ")) {
            made = true;
        } else if (line.startsWith("list ")) {
            return made;
        } else if (line.startsWith("flush set ")) {
            String set = line.substring(line.lastIndexOf(' ') + 1) + " ";
            elements.removeIf(element -> element.startsWith(set));
        } else if (change.matches()) {
            return made
                    && change(
                            change.group(1).equals("add"),
                            change.group(2),
                            List.of(change.group(3).split(", ")));
        }
        return true;
    }

    private boolean change(boolean add, String set, List<String> keys) {
        List<String> named = keys.stream().map(key -> set + " " + key).toList();
        return add ? elements.addAll(named) || elements.containsAll(named) : elements.removeAll(named);
    }
}
