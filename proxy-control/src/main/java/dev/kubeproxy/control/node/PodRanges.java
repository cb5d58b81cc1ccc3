package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The addresses that this machine reaches through interfaces of its pods, by its routes. Confined to the sync thread. */
public final class PodRanges {

    private static final Logger LOG = LogManager.getLogger();

    private final Command ip;
    private final Predicate<String> interfaces;
    private List<Cidr> last = List.of();

    PodRanges(Command ip, Predicate<String> interfaces) {
        this.ip = ip;
        this.interfaces = interfaces;
    }

    /**
     * Of the machine, or container, that this process runs in.
     *
     * @param interfaces which names are those of interfaces that lead to pods
     */
    public static PodRanges ofThisMachine(Predicate<String> interfaces) {
        return new PodRanges(new ProcessCommand(List.of("ip")), interfaces);
    }

    /** Reads them anew; where the machine does not tell, they stay what they were. */
    public List<Cidr> current() {
        List<Cidr> ranges = new ArrayList<>();
        try {
            for (IpFamily family : IpFamily.values()) {
                Command.Result result =
                        ip.run(List.of(family == IpFamily.IPV4 ? "-4" : "-6", "-o", "route", "show"), "");
                if (result.exit() != 0) {
                    throw new IOException(result.errors().strip());
                }
                result.out().lines().forEach(line -> add(line, family, ranges));
            }
            last = List.copyOf(ranges);
        } catch (IOException e) {
            LOG.debug("Routes cannot be read; the pods' ranges stay", e);
        }
        return last;
    }

    /** {@code 10.244.1.0/24 dev cni0 proto kernel …}, {@code 10.244.1.7 dev cali12 scope link}. */
    private void add(String line, IpFamily family, List<Cidr> ranges) {
        List<String> words = List.of(line.strip().split("\\s+"));
        int device = words.indexOf("dev") + 1;
        if (device == 0 || device >= words.size() || !interfaces.test(words.get(device))) {
            return;
        }
        String block = words.getFirst();
        if (block.startsWith("fe80:") || block.equals("default")) {
            return;
        }
        ranges.add(block.contains("/") ? Cidr.parse(block) : new Cidr(Addresses.parse(block), family.bits()));
    }
}
