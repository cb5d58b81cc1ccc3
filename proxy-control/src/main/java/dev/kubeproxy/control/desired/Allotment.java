package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;

/** Something that {@link AddressAllocation} chose for a Service. Prints as one line and is read from it. */
public sealed interface Allotment {

    ServiceName service();

    record ClusterIp(ServiceName service, InetAddress address) implements Allotment {
        /** {@code default/web 10.96.12.3}. */
        @Override
        public String toString() {
            return service + " " + Addresses.text(address);
        }
    }

    /**
     * A nodePort of one service port.
     *
     * @param port the service port
     * @param number the nodePort
     */
    record NodePort(ServiceName service, int port, Protocol protocol, int number) implements Allotment {
        /** {@code default/web 80/TCP 30123}. */
        @Override
        public String toString() {
            return service + " " + port + "/" + protocol + " " + number;
        }
    }

    /**
     * Reads what {@code toString} prints.
     *
     * @throws IllegalArgumentException when the line is something else
     */
    static Allotment parse(String line) {
        String[] words = line.strip().split(" +", -1);
        String[] name = words[0].split("/", -1);
        if (name.length != 2 || words.length < 2 || words.length > 3) {
            throw new IllegalArgumentException("\"" + line + "\" is not an allotment");
        }
        ServiceName service = new ServiceName(name[0], name[1]);
        if (words.length == 2) {
            return new ClusterIp(service, Addresses.parse(words[1]));
        }
        String[] port = words[1].split("/", -1);
        if (port.length != 2) {
            throw new IllegalArgumentException("\"" + words[1] + "\" is not port/protocol");
        }
        return new NodePort(service, Integer.parseInt(port[0]), Protocol.valueOf(port[1]), Integer.parseInt(words[2]));
    }
}
