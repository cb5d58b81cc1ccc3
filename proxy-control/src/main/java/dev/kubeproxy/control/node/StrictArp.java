package dev.kubeproxy.control.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Answers ARP for an address only on the interface that has it. Service addresses are on none, so that the machine does
 * not answer for load balancers' addresses in its own subnet: those that announce them do.
 */
public final class StrictArp {

    private static final Logger LOG = LogManager.getLogger();
    private static final Path ALL = Path.of("/proc/sys/net/ipv4/conf/all");
    private static final Map<String, String> VALUES = Map.of("arp_ignore", "1", "arp_announce", "2");

    private StrictArp() {}

    /** Sets it; where that cannot be done it says so. */
    public static void set() {
        VALUES.forEach((name, value) -> {
            try {
                Files.writeString(ALL.resolve(name), value);
            } catch (IOException e) {
                LOG.warn("--strict-arp: {} cannot be set to {} ({})", ALL.resolve(name), value, e.toString());
            }
        });
    }
}
