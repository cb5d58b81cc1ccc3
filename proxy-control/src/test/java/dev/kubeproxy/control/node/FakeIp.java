package dev.kubeproxy.control.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An {@code ip} with a table of its own, which answers as the real one does (iproute2 6.1). */
final class FakeIp implements Command {

    private static final Pattern LINE =
            Pattern.compile("route (add|del) local ([^ /]+)/(32|128) dev lo proto 182 metric (\\d+)");

    final List<String> runs = new ArrayList<>();
    final TreeSet<String> foreign = new TreeSet<>();
    /** {@code ADDRESS METRIC}. */
    private final TreeSet<String> ours = new TreeSet<>();

    private final TreeMap<String, String> refused = new TreeMap<>();
    private @Nullable String broken;

    /** Every run fails to start. */
    void breaks(String reason) {
        broken = reason;
    }

    void repaired() {
        broken = null;
        refused.clear();
    }

    /** Changes of the address fail. */
    void refuses(String address, String reason) {
        refused.put(address, reason);
    }

    void has(String address, int metric) {
        ours.add(address + " " + metric);
    }

    void losesAll() {
        ours.clear();
    }

    /** Addresses with a route of ours, each once. */
    List<String> ours() {
        return ours.stream()
                .map(route -> route.substring(0, route.indexOf(' ')))
                .distinct()
                .toList();
    }

    /** {@code ADDRESS METRIC} of each route of ours. */
    List<String> routes() {
        return List.copyOf(ours);
    }

    @Override
    public Result run(List<String> arguments, String input) throws IOException {
        if (broken != null) {
            throw new IOException(broken);
        }
        runs.add(String.join(" ", arguments));
        boolean v6 = arguments.getFirst().equals("-6");
        if (arguments.contains("show")) {
            return new Result(0, table(v6), "");
        }
        return batch(input);
    }

    private String table(boolean v6) {
        StringBuilder table = new StringBuilder();
        ours.stream()
                .filter(address -> address.contains(":") == v6)
                .map(route -> route.split(" "))
                .forEach(route -> table.append(
                        "local %s dev lo proto 182 scope host metric %s \n".formatted(route[0], route[1])));
        foreign.stream()
                .filter(address -> address.contains(":") == v6)
                .forEach(address ->
                        table.append("local %s dev eth0 proto kernel scope host src 127.0.0.1 \n".formatted(address)));
        return table.toString();
    }

    private Result batch(String input) {
        StringBuilder errors = new StringBuilder();
        List<String> lines = input.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                return new Result(255, "", "Error: odd line " + lines.get(i));
            }
            String error = change(line.group(1).equals("add"), line.group(2), line.group(4));
            if (error != null) {
                errors.append("RTNETLINK answers: %s\nCommand failed -:%d\n".formatted(error, i + 1));
            }
        }
        return new Result(errors.isEmpty() ? 0 : 1, "", errors.toString());
    }

    private @Nullable String change(boolean add, String address, String metric) {
        if (refused.containsKey(address)) {
            return refused.get(address);
        }
        if (add) {
            return !foreign.contains(address) && ours.add(address + " " + metric) ? null : "File exists";
        }
        return ours.remove(address + " " + metric) ? null : "No such process";
    }
}
