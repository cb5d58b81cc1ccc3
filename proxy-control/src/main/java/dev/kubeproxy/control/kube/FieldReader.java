package dev.kubeproxy.control.kube;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one object and keeps what was wrong with them. */
final class FieldReader {

    private static final int MOST_PROBLEMS = 20;

    private final List<FieldProblem> problems = new ArrayList<>();
    private int unsaid;

    void problem(String path, String sentence) {
        problem(FieldProblem.Kind.OTHER, path, sentence);
    }

    void problem(FieldProblem.Kind kind, String path, String sentence) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(new FieldProblem(kind, path + ": " + sentence));
        } else {
            unsaid++;
        }
    }

    private List<FieldProblem> problems() {
        if (unsaid > 0) {
            problems.add(new FieldProblem("and " + unsaid + " more problems"));
            unsaid = 0;
        }
        return List.copyOf(problems);
    }

    <T> Reading<T> read(T value) {
        return new Reading.Read<>(value, problems());
    }

    <T> Reading<T> refused() {
        return new Reading.Refused<>(problems());
    }

    /** Namespace and name; without a namespace it is {@code default}, as for kubectl. Null where there is no name. */
    @Nullable
    ServiceName name(@Nullable ObjectMeta metadata) {
        String name = metadata == null ? "" : text(metadata.getName());
        if (metadata == null || name.isEmpty()) {
            problem("metadata.name", "is missing; give the object a name");
            return null;
        }
        String namespace = text(metadata.getNamespace());
        return new ServiceName(namespace.isEmpty() ? "default" : namespace, name);
    }

    /** When the object was made; the epoch where nothing says so. */
    Instant created(ObjectMeta metadata) {
        String text = text(metadata.getCreationTimestamp());
        if (text.isEmpty()) {
            return Instant.EPOCH;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            problem("metadata.creationTimestamp", quoted(text) + " is not a time like 2026-01-31T12:00:00Z; ignored");
            return Instant.EPOCH;
        }
    }

    /** An address that one host can have; null, with a problem, for anything else. */
    @Nullable
    InetAddress address(String path, @Nullable String written) {
        String text = text(written);
        if (text.isEmpty()) {
            problem(path, "is empty; write an IP address");
            return null;
        }
        InetAddress address;
        try {
            address = Addresses.parse(text);
        } catch (IllegalArgumentException e) {
            problem(path, e.getMessage() + "; it is left out");
            return null;
        }
        String reason = unusable(address);
        if (reason != null) {
            problem(path, text + " " + reason + "; it is left out");
            return null;
        }
        return address;
    }

    /** Why no host can be reached at the address, null where one can. */
    private static @Nullable String unusable(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return "is not the address of one host";
        }
        if (address instanceof Inet6Address) {
            return address.isLinkLocalAddress() ? "is link-local, which says nothing without an interface" : null;
        }
        byte[] bytes = address.getAddress();
        boolean broadcast = bytes[0] == -1 && bytes[1] == -1 && bytes[2] == -1 && bytes[3] == -1;
        return bytes[0] == 0 || broadcast ? "is of no host (0.0.0.0/8 or 255.255.255.255)" : null;
    }

    /** A protocol, TCP where none is said; null, with a problem, for what the proxy does not forward (rule A6). */
    @Nullable
    Protocol protocol(String path, @Nullable String text) {
        return switch (text) {
            case null -> Protocol.TCP;
            case "", "TCP" -> Protocol.TCP;
            case "UDP" -> Protocol.UDP;
            case "SCTP" -> {
                problem(path, "SCTP is not supported in userspace mode; this port is not served");
                yield null;
            }
            default -> {
                problem(path, quoted(text) + " is an unknown protocol, there are TCP and UDP; this port is left out");
                yield null;
            }
        };
    }

    static boolean isPort(@Nullable Integer number) {
        return number != null && number >= 1 && number <= 65535;
    }

    /** The text, empty where there is none or only blanks. */
    static String text(@Nullable String written) {
        return written == null || written.isBlank() ? "" : written;
    }

    static String quoted(@Nullable String text) {
        return "\"" + text + "\"";
    }

    static String family(InetAddress address) {
        return address instanceof Inet6Address ? "IPv6" : "IPv4";
    }

    static Map<String, String> labels(@Nullable ObjectMeta metadata) {
        return metadata == null || metadata.getLabels() == null ? Map.of() : metadata.getLabels();
    }

    /** The entries of a list that may be left out or null, as may any entry. */
    static <T> List<T> each(@Nullable List<T> list) {
        if (list == null) {
            return List.of();
        }
        return list.stream().anyMatch(Objects::isNull)
                ? list.stream().filter(Objects::nonNull).toList()
                : list;
    }
}
