package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Cidr;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The text of our nftables table. Sockets can accept and refuse; what the table adds is silence (rules D2, I2), and where
 * service addresses are captured by binding, that what is no frontend is refused there (rule D8). Only packets that open
 * connections are looked at, and datagrams: connections that run go on.
 */
final class FilterTable {

    static final String NAME = "inet kube-proxy-userspace";

    private static final String SETS = """
        \tset dropped%1$d { type %2$s . inet_proto . inet_service; }
        \tset outside%1$d { type %2$s . inet_proto . inet_service; }
        \tset outside-ports%1$d { type inet_proto . inet_service; }
        \tset ranged%1$d { type %2$s . inet_proto . inet_service; }
        \tset allowed%1$d { type %2$s . inet_proto . inet_service . %2$s; flags interval; }
        \tset guarded%1$d { type %2$s; }
        \tset open%1$d { type %2$s . inet_proto . inet_service; }
        \tset inside%1$d { type %2$s; flags interval; auto-merge; }
        """;

    private static final String RULES = """
        \t\tmeta l4proto udp %2$s saddr . meta l4proto . th sport @open%1$d accept
        \t\t%2$s daddr . meta l4proto . th dport @dropped%1$d drop
        \t\t%2$s daddr . meta l4proto . th dport @outside%1$d jump outside
        \t\tmeta nfproto %3$s meta l4proto . th dport @outside-ports%1$d jump outside
        \t\t%2$s daddr . meta l4proto . th dport @ranged%1$d %2$s daddr . meta l4proto . th dport . %2$s saddr != @allowed%1$d drop
        \t\t%2$s daddr @guarded%1$d %2$s daddr . meta l4proto . th dport != @open%1$d goto refuse
        """;

    private static final String CHAINS = """
        \tchain refuse {
        \t\tmeta l4proto tcp reject with tcp reset
        \t\treject with icmpx port-unreachable
        \t}
        \tchain outside {
        \t\tfib saddr type local return
        \t\tip saddr @inside4 return
        \t\tip6 saddr @inside6 return
        \t\tdrop
        \t}
        \tchain input {
        \t\ttype filter hook input priority filter - 10; policy accept;
        \t\tmeta l4proto != { tcp, udp } accept
        \t\ttcp flags & (syn | ack) != syn accept
        """;

    private FilterTable() {}

    /** Puts the whole table in the place of what is there, in one transaction. */
    static String replace(Collection<FilterElement> elements, List<Cidr> insiders) {
        return "add table " + NAME + "\ndelete table " + NAME + "\ntable " + NAME + " {\n"
                + SETS.formatted(4, "ipv4_addr")
                + SETS.formatted(6, "ipv6_addr")
                + CHAINS
                + RULES.formatted(4, "ip", "ipv4")
                + RULES.formatted(6, "ip6", "ipv6")
                + "\t}\n}\n"
                + add(elements)
                + insiders(insiders);
    }

    /** Succeeds where the table is there, and changes nothing. */
    static String probe() {
        return "list chain " + NAME + " input\n";
    }

    static String remove() {
        return "add table " + NAME + "\ndelete table " + NAME + "\n";
    }

    static String add(Collection<FilterElement> elements) {
        return change("add", elements);
    }

    static String delete(Collection<FilterElement> elements) {
        return change("delete", elements);
    }

    static String insiders(List<Cidr> blocks) {
        StringBuilder text = new StringBuilder();
        Map<Integer, List<Cidr>> byFamily = blocks.stream()
                .collect(Collectors.groupingBy(block -> block.family().bits() == 32 ? 4 : 6));
        for (int family : List.of(4, 6)) {
            text.append("flush set %s inside%d\n".formatted(NAME, family));
            List<Cidr> ofFamily = byFamily.getOrDefault(family, List.of());
            if (!ofFamily.isEmpty()) {
                text.append("add element %s inside%d { %s }\n".formatted(NAME, family, join(ofFamily)));
            }
        }
        return text.toString();
    }

    private static String change(String verb, Collection<FilterElement> elements) {
        Map<String, TreeSet<String>> bySet = new TreeMap<>();
        elements.forEach(element ->
                bySet.computeIfAbsent(element.set(), _ -> new TreeSet<>()).add(element.key()));
        return bySet.entrySet().stream()
                .map(set -> "%s element %s %s { %s }\n".formatted(verb, NAME, set.getKey(), join(set.getValue())))
                .collect(Collectors.joining());
    }

    private static String join(Collection<?> items) {
        return items.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
