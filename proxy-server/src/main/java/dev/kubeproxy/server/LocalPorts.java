package dev.kubeproxy.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ports that the kernel gives to sockets which ask for none, those of other processes of the node included. */
final class LocalPorts {

    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** Linux' own range, 32768 to 60999. */
    private static final int USUAL = 28_232;

    private LocalPorts() {}

    /** How many there are. */
    static int count() {
        try {
            // By a buffer: the kernel gives all of such a file in one call, or loses the rest.
            return count(Files.readAllLines(RANGE).getFirst());
        } catch (IOException e) {
            return USUAL;
        }
    }

    /** @param range the first and the last */
    static int count(String range) {
        String[] ends = range.strip().split("\\s+", -1);
        return Integer.parseInt(ends[1]) - Integer.parseInt(ends[0]) + 1;
    }
}
