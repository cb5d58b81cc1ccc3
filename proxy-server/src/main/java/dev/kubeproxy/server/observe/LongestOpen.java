package dev.kubeproxy.server.observe;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The TCP connections that have been open the longest, at one moment.
 *
 * @param connections the oldest first
 * @param leftOut how many more are open, none of them for longer
 */
public record LongestOpen(List<OpenConnection> connections, int leftOut) {

    public LongestOpen {
        connections = List.copyOf(connections);
    }

    /** At most so many of these and the others, each being as many at most. */
    public LongestOpen with(LongestOpen other, int most) {
        List<OpenConnection> all = Stream.concat(connections.stream(), other.connections.stream())
                .sorted(Comparator.comparing(OpenConnection::age).reversed())
                .toList();
        int listed = Math.min(most, all.size());
        return new LongestOpen(all.subList(0, listed), leftOut + other.leftOut + all.size() - listed);
    }
}
