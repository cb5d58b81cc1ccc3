package dev.kubeproxy.server.model;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/** IP addresses as text. Nothing here asks a name server. */
public final class Addresses {

    private static final Pattern FOUR_DECIMALS = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

    private Addresses() {}

    /**
     * Parses an IPv4 or IPv6 literal as Kubernetes writes them: four decimals without leading zeros, or IPv6 without
     * brackets and scope. The JDK takes more, as "10" for 0.0.0.10.
     *
     * @throws IllegalArgumentException when the text is not one; the message quotes it
     */
    public static InetAddress parse(String literal) {
        try {
            if (plain(literal)) {
                return InetAddress.ofLiteral(literal);
            }
        } catch (IllegalArgumentException _) {
            // Said below, in one wording for both.
        }
        throw new IllegalArgumentException("\"" + literal + "\" is not an IP address");
    }

    private static boolean plain(String literal) {
        return literal.indexOf(':') < 0
                ? FOUR_DECIMALS.matcher(literal).matches()
                : literal.indexOf('%') < 0 && literal.indexOf('[') < 0;
    }

    /** The literal of an address, without a scope and without a host name: {@code fd00::1}. */
    public static String text(InetAddress address) {
        String text = address.getHostAddress();
        if (address instanceof Inet6Address) {
            int scope = text.indexOf('%');
            return compress(scope < 0 ? text : text.substring(0, scope));
        }
        return text;
    }

    /** Address and port, with brackets around IPv6: {@code [fd00::1]:80}. */
    public static String text(InetAddress address, int port) {
        return address instanceof Inet6Address ? "[" + text(address) + "]:" + port : text(address) + ":" + port;
    }

    /** Replaces the longest run of two or more zero groups by {@code ::}, as RFC 5952 has it. */
    private static String compress(String groups) {
        String[] group = groups.split(":");
        int bestStart = 0;
        int bestLength = 0;
        for (int start = 0; start < group.length; start++) {
            int end = start;
            while (end < group.length && group[end].equals("0")) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
        }
        if (bestLength < 2) {
            return groups;
        }
        String head = String.join(":", Arrays.copyOfRange(group, 0, bestStart));
        String tail = String.join(":", Arrays.copyOfRange(group, bestStart + bestLength, group.length));
        return head + "::" + tail;
    }
}
