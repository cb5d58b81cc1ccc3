package dev.kubeproxy.control.health;

import dev.kubeproxy.server.model.Addresses;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps web pages of others from reaching a port through an operator's browser: one whose DNS name is made to lead to this
 * port (DNS rebinding) has that name in {@code Host}, and one that posts to it has another {@code Origin}. By an address, as
 * {@code localhost} or by the node's name nobody else's page is reached. What a page has its browser fetch from another
 * site, though it may not look at it, the browser says in {@code Sec-Fetch-Site}; a link may be followed.
 */
record AllowedHosts(String node) {

    private static final Pattern HOST = Pattern.compile("(\\[(?<six>[^]]*)]|(?<name>[^:]*))(:\\d*)?");

    /** Why the request is refused, for whoever sent it; empty where it is not. */
    Optional<String> refusal(String method, HttpHeaders headers) {
        List<String> hosts = headers.getAll("Host");
        for (String host : hosts) {
            if (!allows(host)) {
                return Optional.of(("\"%s\" is not a name of this node: ask by an IP address, as localhost,"
                                + " or by the name that the proxy gives its node (--hostname-override)\n")
                        .formatted(host));
            }
        }
        if (headers.get("Sec-Fetch-Site", "").endsWith("-site")
                && !headers.contains("Sec-Fetch-Mode", "navigate", true)) {
            return Optional.of("a page of another site may not ask for anything here\n");
        }
        String origin = headers.get("Origin");
        if (origin == null || Page.Source.ASKING.contains(method)) {
            return Optional.empty();
        }
        String from = origin.replaceFirst("^https?://", "");
        return hosts.stream().anyMatch(from::equalsIgnoreCase)
                ? Optional.empty()
                : Optional.of("a page of \"%s\" may not change anything here: ask without an Origin, as curl does\n"
                        .formatted(origin));
    }

    private boolean allows(String host) {
        Matcher parts = HOST.matcher(host);
        if (!parts.matches()) {
            return false;
        }
        String name = parts.group("name");
        return name == null
                ? isAddress(parts.group("six"))
                : name.equalsIgnoreCase("localhost") || name.equalsIgnoreCase(node) || isAddress(name);
    }

    private static boolean isAddress(String text) {
        try {
            Addresses.parse(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
