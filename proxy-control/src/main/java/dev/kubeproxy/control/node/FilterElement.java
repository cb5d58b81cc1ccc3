package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetAddress;
import java.util.Locale;

/**
 * One element of a set of our nftables table, by which the kernel does what sockets cannot.
 *
 * @param set the set's name, which ends with the family's number
 * @param key as nft writes it
 */
record FilterElement(String set, String key) {

    /** Nobody hears of the frontend: its policy is Local and this node has no endpoint (rule D2). */
    static FilterElement dropped(Frontend frontend) {
        return new FilterElement(name("dropped", frontend), key(frontend));
    }

    /** Nobody but this node's pods and the node itself hears of the frontend (rules D2, D5). */
    static FilterElement droppedOutside(Frontend frontend) {
        return frontend.anyAddress()
                ? new FilterElement(name("outside-ports", frontend), port(frontend))
                : new FilterElement(name("outside", frontend), key(frontend));
    }

    /** The frontend is for clients in its ranges only (rule I2). */
    static FilterElement ranged(Frontend frontend) {
        return new FilterElement(name("ranged", frontend), key(frontend));
    }

    /** One of those ranges. */
    static FilterElement allowed(Frontend frontend, Cidr clients) {
        return new FilterElement(name("allowed", frontend), key(frontend) + " . " + clients);
    }

    /** What is no frontend is refused at the address (rule D8). */
    static FilterElement guarded(InetAddress address) {
        return new FilterElement("guarded" + number(IpFamily.of(address)), Addresses.text(address));
    }

    /** A frontend at a guarded address. */
    static FilterElement open(Frontend frontend) {
        return new FilterElement(name("open", frontend), key(frontend));
    }

    private static String name(String set, Frontend frontend) {
        return set + number(IpFamily.of(frontend.address()));
    }

    private static String key(Frontend frontend) {
        return Addresses.text(frontend.address()) + " . " + port(frontend);
    }

    private static String port(Frontend frontend) {
        return frontend.protocol().name().toLowerCase(Locale.ROOT) + " . " + frontend.port();
    }

    private static int number(IpFamily family) {
        return family == IpFamily.IPV4 ? 4 : 6;
    }
}
