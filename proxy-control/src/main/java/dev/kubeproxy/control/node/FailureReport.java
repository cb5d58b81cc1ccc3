package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Addresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Tells the operator which addresses cannot be made local, why and what to do: each once, many in one line. */
final class FailureReport {

    private static final Logger LOG = LogManager.getLogger();
    private static final int NAMED = 3;

    private final Map<InetAddress, String> told = new HashMap<>();

    void failed(Map<InetAddress, String> failures) {
        Map<String, List<InetAddress>> news = new TreeMap<>();
        failures.forEach((address, reason) -> {
            if (!reason.equals(told.put(address, reason))) {
                news.computeIfAbsent(reason, _ -> new ArrayList<>()).add(address);
            }
        });
        news.forEach((reason, addresses) ->
                LOG.warn("{} cannot be made local, so not served ({}). {}", text(addresses), reason, advice(reason)));
    }

    /** The addresses are local now. */
    void worked(Collection<InetAddress> addresses) {
        List<InetAddress> news = addresses.stream()
                .filter(address -> told.remove(address) != null)
                .toList();
        if (!news.isEmpty()) {
            LOG.info("{} could be made local now", text(news));
        }
    }

    /** Nobody asks for the addresses any more. */
    void forget(Collection<InetAddress> addresses) {
        addresses.forEach(told::remove);
    }

    private static String text(List<InetAddress> addresses) {
        String named =
                addresses.stream().map(Addresses::text).sorted().limit(NAMED).collect(Collectors.joining(", "));
        return addresses.size() == 1
                ? "The service address " + named
                : addresses.size() + " service addresses (" + named + (addresses.size() > NAMED ? " and others)" : ")");
    }

    private static String advice(String reason) {
        if (reason.contains("Operation not permitted")) {
            return "Run as root or with the capability NET_ADMIN; addresses in 127.0.0.0/8 need no right";
        }
        if (reason.contains("Cannot run program")) {
            return "Install the program ip (package iproute2)";
        }
        return "It is tried again";
    }
}
