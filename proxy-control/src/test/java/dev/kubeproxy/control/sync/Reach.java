package dev.kubeproxy.control.sync;

import static java.util.Objects.requireNonNull;

import dev.kubeproxy.control.desired.Specs;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of a scenario's table of who reaches what: {@code clients | dialled | answer}.
 *
 * @param clients names of clients, who all see the same
 * @param dialled {@code 10.96.0.10:80/TCP}
 * @param answer the backends that take turns, {@code refused} (at once) or {@code silent} (no answer at all)
 */
record Reach(List<String> clients, String dialled, String answer) {

    static List<Reach> table(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(Reach::row)
                .toList();
    }

    private static Reach row(String line) {
        List<String> columns =
                Stream.of(line.split("\\|", -1)).map(String::strip).toList();
        if (columns.size() != 3) {
            throw new IllegalArgumentException("not a row of clients | dialled | answer: " + line);
        }
        return new Reach(List.of(columns.get(0).split(" +", -1)), columns.get(1), columns.get(2));
    }

    /** What these clients see now, a line for each. */
    String seen(ScenarioClients node, Map<String, List<String>> addresses) {
        return lines(client -> node.answer(address(client, addresses), frontend()));
    }

    /** What they shall see, a line for each. */
    String expected() {
        return lines(_ -> answer);
    }

    private String lines(Function<String, String> answerOf) {
        return clients.stream()
                .map(client -> client + " | " + dialled + " | " + answerOf.apply(client))
                .collect(Collectors.joining("\n"));
    }

    private Frontend frontend() {
        return Specs.frontend(dialled);
    }

    /** The client's address of the family that is dialled. */
    private InetAddress address(String client, Map<String, List<String>> addresses) {
        return requireNonNull(addresses.get(client), () -> "no client " + client).stream()
                .map(Addresses::parse)
                .filter(address ->
                        IpFamily.of(address) == IpFamily.of(frontend().address()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(client + " has no address to dial " + dialled));
    }
}
