package dev.kubeproxy.control.access;

import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Protocol;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;

/** How a line of the access log looks. */
public enum AccessFormat {

    /** For people, and for tools that split at blanks and equals signs. */
    TEXT {
        @Override
        String line(AccessRecord record) {
            StringBuilder line = new StringBuilder(256)
                    .append(record.ended())
                    .append(' ')
                    .append(record.name())
                    .append(' ')
                    .append(record.name().protocol())
                    .append(" client=")
                    .append(text(record.client()))
                    .append(" frontend=")
                    .append(text(record.frontend()))
                    .append(" backend=")
                    .append(backend(record))
                    .append(" from_client=")
                    .append(record.fromClient().bytes())
                    .append(" from_backend=")
                    .append(record.fromBackend().bytes());
            if (record.name().protocol() == Protocol.UDP) {
                line.append(" datagrams_from_client=")
                        .append(record.fromClient().datagrams())
                        .append(" datagrams_from_backend=")
                        .append(record.fromBackend().datagrams());
            }
            return line.append(" seconds=")
                    .append(seconds(record.duration()))
                    .append(" attempts=")
                    .append(record.attempts())
                    .append(" reason=")
                    .append(lower(record.reason()))
                    .append(" origin=")
                    .append(lower(record.reason().origin()))
                    .toString();
        }
    },

    /** An object a line. */
    JSON {
        @Override
        String line(AccessRecord record) {
            StringBuilder line = new StringBuilder(384).append('{');
            text(line, "time", record.ended().toString());
            text(line, "namespace", record.name().service().namespace());
            text(line, "service", record.name().service().name());
            text(line, "port", record.name().port());
            text(line, "protocol", record.name().protocol().name());
            text(line, "client", text(record.client()));
            text(line, "frontend", text(record.frontend()));
            text(line, "backend", record.backend() == null ? "" : backend(record));
            number(line, "from_client", record.fromClient().bytes());
            number(line, "from_backend", record.fromBackend().bytes());
            if (record.name().protocol() == Protocol.UDP) {
                number(line, "datagrams_from_client", record.fromClient().datagrams());
                number(line, "datagrams_from_backend", record.fromBackend().datagrams());
            }
            number(line, "seconds", seconds(record.duration()));
            number(line, "attempts", record.attempts());
            text(line, "reason", lower(record.reason()));
            text(line, "origin", lower(record.reason().origin()));
            line.setCharAt(line.length() - 1, '}');
            return line.toString();
        }
    };

    /** Without its end. */
    abstract String line(AccessRecord record);

    private static String text(InetSocketAddress address) {
        return Addresses.text(address.getAddress(), address.getPort());
    }

    private static String backend(AccessRecord record) {
        return record.backend() == null ? "-" : record.backend().toString();
    }

    /** To the microsecond. */
    private static String seconds(Duration duration) {
        String micros = Integer.toString(duration.toNanosPart() / 1000);
        return duration.toSeconds() + "." + "0".repeat(6 - micros.length()) + micros;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void number(StringBuilder line, String key, Object value) {
        line.append('"').append(key).append("\":").append(value).append(',');
    }

    private static void text(StringBuilder line, String key, String value) {
        line.append('"').append(key).append("\":\"");
        value.chars().forEach(c -> {
            if (c < ' ' || c == '"' || c == '\\') { // no name of Kubernetes has any
                line.append("\\u%04x".formatted(c));
            } else {
                line.append((char) c);
            }
        });
        line.append("\",");
    }
}
