package dev.kubeproxy.server.transport;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A number that this run of the program has in its network namespace, for others to see that it lives: the name of an
 * abstract Unix socket, which the kernel forgets when the process ends, however it ends.
 */
public final class InstanceMark implements AutoCloseable {

    private static final String PREFIX = "kube-proxy-userspace-";
    private static final Pattern NAME = Pattern.compile("@" + PREFIX + "(\\d{1,9})$", Pattern.MULTILINE);
    private static final Path NAMES = Path.of("/proc/self/net/unix");
    private static final int LARGEST = 999_999_999;

    private final int number;
    private final @Nullable Socket socket;

    private InstanceMark(int number, @Nullable Socket socket) {
        this.number = number;
        this.socket = socket;
    }

    /** A number of its own for this run. Without Netty's native library nobody sees that it is taken. */
    public static InstanceMark take() throws IOException {
        int number = RandomGenerator.getDefault().nextInt(1, LARGEST);
        if (!Epoll.isAvailable()) {
            return new InstanceMark(number, null);
        }
        Socket socket = Socket.newSocketDomain();
        try {
            socket.bind(new DomainSocketAddress("\0" + PREFIX + number));
            return new InstanceMark(number, socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The numbers of all that live in this network namespace. */
    public static Set<Integer> living() throws IOException {
        return NAME.matcher(Files.readString(NAMES, StandardCharsets.ISO_8859_1)) // others' names may be any bytes
                .results()
                .map((MatchResult name) -> Integer.valueOf(name.group(1)))
                .collect(Collectors.toUnmodifiableSet());
    }

    public int number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }
}
