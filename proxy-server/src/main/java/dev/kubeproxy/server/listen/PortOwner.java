package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which process holds a port, as far as /proc lets us see. */
final class PortOwner {

    private static final String LISTEN = "0A";
    private static final Path PROC = Path.of("/proc");

    private PortOwner() {}

    /** {@code nginx (pid 4711)}, or empty where there is none or it belongs to someone whose files we may not read. */
    static Optional<String> of(Frontend frontend) {
        Set<String> inodes = Stream.of("", "6")
                .map(family -> PROC.resolve("net/" + frontend.protocol().name().toLowerCase(Locale.ROOT) + family))
                .flatMap(table -> inodes(table, frontend))
                .map(inode -> "socket:[" + inode + "]")
                .collect(Collectors.toSet());
        if (inodes.isEmpty()) {
            return Optional.empty();
        }
        try (Stream<Path> processes = Files.list(PROC)) {
            return processes
                    .filter(process ->
                            Character.isDigit(process.getFileName().toString().charAt(0)))
                    .filter(process -> holds(process, inodes))
                    .findFirst()
                    .map(PortOwner::name);
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** The sockets of the frontend's port in a table such as /proc/net/tcp: local address, state and inode by column. */
    private static Stream<String> inodes(Path table, Frontend frontend) {
        return lines(table).stream()
                .skip(1)
                .map(line -> line.strip().split("\\s+"))
                .filter(column -> column.length > 9 && collides(column[1], frontend))
                .filter(column -> frontend.protocol() == Protocol.UDP || column[3].equals(LISTEN))
                .map(column -> column[9]);
    }

    /** True where a socket on {@code ADDRESS:PORT}, in hexadecimal, keeps another from the frontend. */
    private static boolean collides(String local, Frontend frontend) {
        int colon = local.indexOf(':');
        String address = local.substring(0, colon);
        return Integer.parseInt(local, colon + 1, local.length(), 16) == frontend.port()
                && (frontend.anyAddress()
                        || address.chars().allMatch(digit -> digit == '0')
                        || address.endsWith(hexadecimal(frontend.address())));
    }

    /** An address as /proc writes it: in groups of four bytes, each in the machine's order. */
    private static String hexadecimal(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (bytes.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", bytes.getInt()));
        }
        return text.toString();
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(target(descriptor))) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) { // not ours to read, or the process has ended
            return false;
        }
        return false;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String name(Path process) {
        List<String> command = lines(process.resolve("comm"));
        return (command.isEmpty() ? "a process" : command.getFirst()) + " (pid " + process.getFileName() + ")";
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
