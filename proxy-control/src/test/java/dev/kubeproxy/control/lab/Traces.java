package dev.kubeproxy.control.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who reaches what, as a table of client, address of {@link TracedService} and outcome: the pods that answer, "refused" (a reset or
 * "port unreachable", at once) or "silent". Each line is tried over TCP and UDP, IPv4 and IPv6, by a dozen clients at once, which
 * must all fare as it says.
 */
final class Traces {

    private static final int ATTEMPTS = 10;
    private static final String[] PROTOCOLS = {"tcp", "udp"};
    private static final String PROBE = probe();

    private Traces() {}

    /** Fails unless the table comes true, soon: what was applied just before may take a moment. */
    static void expect(String table) {
        List<Line> lines = table.lines().map(Line::parse).toList();
        String expected = show(lines, lines.stream().map(Line::outcome).toList());
        String seen = "";
        for (int attempt = 0; attempt < ATTEMPTS && !seen.equals(expected); attempt++) {
            seen = show(lines, outcomes(lines));
        }
        assertThat(seen).isEqualTo(expected);
    }

    /** What becomes of a dozen attempts now, by protocol and family, as in "udp6". */
    static Map<String, String> outcomes(String client, String destination) {
        return ask(client, List.of(destination)).getFirst();
    }

    private record Line(String client, String destination, String outcome) {

        static Line parse(String text) {
            String[] words = text.strip().split(" +", 3);
            return new Line(words[0], words[1], words[2]);
        }
    }

    private static String show(List<Line> lines, List<String> outcomes) {
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            table.append("%-8s %-10s %s%n".formatted(line.client, line.destination, outcomes.get(i)));
        }
        return table.toString();
    }

    private static List<String> outcomes(List<Line> lines) {
        Map<String, List<Line>> byClient =
                lines.stream().collect(Collectors.groupingBy(Line::client, LinkedHashMap::new, Collectors.toList()));
        Map<Line, String> outcomes = new LinkedHashMap<>();
        byClient.entrySet().parallelStream().forEach(entry -> {
            List<Map<String, String>> seen = ask(
                    entry.getKey(),
                    entry.getValue().stream().map(Line::destination).toList());
            synchronized (outcomes) {
                for (int i = 0; i < seen.size(); i++) {
                    outcomes.put(entry.getValue().get(i), merge(seen.get(i)));
                }
            }
        });
        return lines.stream()
                .map(line -> Objects.requireNonNull(outcomes.get(line)))
                .toList();
    }

    /** What became of each line's attempts: outcomes by protocol and family, as in "udp6". */
    private static List<Map<String, String>> ask(String client, List<String> destinations) {
        List<Map<String, String>> outcomes = new ArrayList<>();
        StringBuilder questions = new StringBuilder();
        List<String> labels = new ArrayList<>();
        for (String destination : destinations) {
            for (String address : TracedService.addresses(destination)) {
                for (String protocol : PROTOCOLS) {
                    questions.append(
                            "%s %s %d%n".formatted(protocol, address, TracedService.port(destination, protocol)));
                    labels.add(protocol + (address.contains(":") ? "6" : "4"));
                }
            }
        }
        String[] answers = Lab.feed(client, questions.toString(), "python3", "-c", PROBE)
                .out()
                .split("\n", -1);
        for (int i = 0; i < labels.size(); i++) {
            if (i % (labels.size() / destinations.size()) == 0) {
                outcomes.add(new LinkedHashMap<>());
            }
            outcomes.getLast().put(labels.get(i), answers[i]);
        }
        return outcomes;
    }

    /** The one outcome of all or, where they differ, each with its protocol and family. */
    private static String merge(Map<String, String> outcomes) {
        Set<String> distinct = Set.copyOf(outcomes.values());
        return distinct.size() == 1 ? distinct.iterator().next() : outcomes.toString();
    }

    private static String probe() {
        try (var in = Objects.requireNonNull(Traces.class.getResourceAsStream("/lab/probe.py"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
