package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernel's table of local routes, through the program {@code ip}. Ours bear a protocol number of their own. */
final class LocalRoutes {

    /** What tells our routes from everybody else's: a number that nobody has registered. */
    static final String OURS = "182";

    /** What {@code ip -force -batch -} prints after the reason why a line of its input failed. */
    private static final Pattern FAILED_LINE = Pattern.compile("Command failed -:(\\d+)");

    private final Command ip;

    LocalRoutes(Command ip) {
        this.ip = ip;
    }

    /**
     * What is local.
     *
     * @param ours what this and other runs of this program made local
     * @param others addresses that are local without us
     * @param otherBlocks blocks of more than one address that are local without us
     */
    record Table(Set<LocalRoute> ours, Set<InetAddress> others, List<Cidr> otherBlocks) {}

    Table read() throws IOException {
        Table table = new Table(new HashSet<>(), new HashSet<>(), new ArrayList<>());
        for (IpFamily family : IpFamily.values()) {
            Command.Result result =
                    ip.run(List.of(option(family), "-o", "route", "show", "table", "local", "type", "local"), "");
            if (result.exit() != 0) {
                throw new IOException(result.errors().strip());
            }
            result.out().lines().forEach(line -> add(line, family, table));
        }
        return table;
    }

    /** {@code local 10.96.0.10 dev lo proto 182 …}, {@code local 127.0.0.0/8 dev lo proto kernel …}. */
    private static void add(String line, IpFamily family, Table table) {
        List<String> words = List.of(line.strip().split("\\s+"));
        if (words.size() < 2) {
            return;
        }
        String block = words.get(1);
        if (block.contains("/") && !block.endsWith("/" + family.bits())) {
            table.otherBlocks().add(Cidr.parse(block));
            return;
        }
        InetAddress address = Addresses.parse(block.contains("/") ? block.substring(0, block.indexOf('/')) : block);
        if (Collections.indexOfSubList(words, List.of("proto", OURS)) >= 0) {
            int metric = words.indexOf("metric");
            table.ours().add(new LocalRoute(address, metric < 0 ? 0 : Integer.parseInt(words.get(metric + 1))));
        } else {
            table.others().add(address);
        }
    }

    /**
     * Makes addresses local. A route that is there already is left as it is.
     *
     * @return why, for each route where it failed
     */
    Map<LocalRoute, String> add(Collection<LocalRoute> routes) {
        return batch("route add local ", routes, "File exists");
    }

    /**
     * Undoes {@link #add}.
     *
     * @return why, for each route where it failed
     */
    Map<LocalRoute, String> remove(Collection<LocalRoute> routes) {
        return batch("route del local ", routes, "No such process");
    }

    private Map<LocalRoute, String> batch(String command, Collection<LocalRoute> routes, String harmless) {
        Map<LocalRoute, String> failures = new HashMap<>();
        for (IpFamily family : IpFamily.values()) {
            List<LocalRoute> ofFamily = routes.stream()
                    .filter(route -> IpFamily.of(route.address()) == family)
                    .toList();
            if (!ofFamily.isEmpty()) {
                failures.putAll(batch(command, ofFamily, family));
            }
        }
        failures.values().removeIf(reason -> reason.contains(harmless));
        return failures;
    }

    private Map<LocalRoute, String> batch(String command, List<LocalRoute> routes, IpFamily family) {
        StringBuilder lines = new StringBuilder();
        for (LocalRoute route : routes) {
            lines.append(command).append(Addresses.text(route.address()));
            lines.append('/').append(family.bits()).append(" dev lo proto ").append(OURS);
            lines.append(" metric ").append(route.instance()).append('\n');
        }
        try {
            return failures(ip.run(List.of(option(family), "-force", "-batch", "-"), lines.toString()), routes);
        } catch (IOException e) {
            return allFailed(routes, String.valueOf(e.getMessage()));
        }
    }

    /** Reads the errors: each reason is followed by the number of the line that it concerns. */
    private static Map<LocalRoute, String> failures(Command.Result result, List<LocalRoute> routes) {
        if (result.exit() == 0) {
            return Map.of();
        }
        Map<LocalRoute, String> failures = new HashMap<>();
        StringBuilder reason = new StringBuilder();
        for (String line : result.errors().lines().toList()) {
            Matcher failed = FAILED_LINE.matcher(line);
            if (failed.matches()) {
                failures.put(routes.get(Integer.parseInt(failed.group(1)) - 1), reason.toString());
                reason.setLength(0);
            } else {
                reason.append(reason.isEmpty() ? "" : "; ").append(line.strip());
            }
        }
        if (failures.isEmpty() || !reason.isEmpty()) { // it gave up, at which line is not known
            allFailed(routes, reason + " (exit status " + result.exit() + ")").forEach(failures::putIfAbsent);
        }
        return failures;
    }

    private static Map<LocalRoute, String> allFailed(List<LocalRoute> routes, String reason) {
        Map<LocalRoute, String> failures = new HashMap<>();
        routes.forEach(route -> failures.put(route, reason));
        return failures;
    }

    private static String option(IpFamily family) {
        return family == IpFamily.IPV4 ? "-4" : "-6";
    }
}
