package dev.kubeproxy.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name, which is the node's unless the operator says otherwise. Asks the kernel, not a name server. */
final class Hostname {

    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

    private Hostname() {}

    static String read() {
        try {
            return Files.readString(KERNEL).strip();
        } catch (IOException _) {
            return System.getenv().getOrDefault("HOSTNAME", "localhost");
        }
    }
}
