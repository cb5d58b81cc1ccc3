package dev.kubeproxy.control.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who this node is to the cluster (rules B7, N8). */
public record NodeIdentity(String name) {

    /** What {@code hostname} prints. */
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    /**
     * Finds out.
     *
     * @param override the value of {@code --hostname-override}, null where it is not given
     * @throws IllegalArgumentException when the override is blank
     * @throws UncheckedIOException when there is no override and the machine does not say its name
     */
    public static NodeIdentity find(@Nullable String override) {
        return find(override, HOSTNAME);
    }

    static NodeIdentity find(@Nullable String override, Path hostname) {
        if (override != null) {
            String name = normalized(override);
            if (name.isEmpty()) {
                throw new IllegalArgumentException("empty hostname-override is invalid");
            }
            return new NodeIdentity(name);
        }
        try {
            return new NodeIdentity(normalized(Files.readString(hostname)));
        } catch (IOException e) {
            throw new UncheckedIOException("this machine's name is unknown: give --hostname-override", e);
        }
    }

    private static String normalized(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }
}
