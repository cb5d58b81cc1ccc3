package dev.kubeproxy.server.transport;

import dev.kubeproxy.server.bpf.PipeCapacity;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** A pipe of the kernel, through which bytes go from socket to socket without being copied. Confined to its event loop. */
final class Pipe {

    /** What a pipe holds of the process' file descriptors. */
    static final int DESCRIPTORS = 2;

    /** What the kernel gives, on most machines: by far the best for an answer that is over soon (docs/performance.md). */
    static final int SMALL = 64 * 1024;

    /** A stream takes half of the time with such: fewer calls, and fewer acknowledgements of what they took. */
    static final int LARGE = 1024 * 1024;

    private static final Logger LOG = LogManager.getLogger();

    private final FileDescriptor out;
    private final FileDescriptor in;
    private final boolean large;
    private int held;

    private Pipe(FileDescriptor out, FileDescriptor in, boolean large) {
        this.out = out;
        this.in = in;
        this.large = large;
    }

    static Pipe open(boolean large) throws IOException {
        FileDescriptor[] ends = FileDescriptor.pipe();
        if (large) {
            enlarge(ends[1]);
        }
        return new Pipe(ends[0], ends[1], large);
    }

    private static void enlarge(FileDescriptor end) {
        try {
            PipeCapacity.set(end.intValue(), LARGE);
        } catch (IOException e) {
            LOG.trace("A pipe stays as small as it is", e);
        }
    }

    /** True where it is for streams. */
    boolean isLarge() {
        return large;
    }

    boolean isEmpty() {
        return held == 0;
    }

    /**
     * Takes what a socket has received, as much as goes in.
     *
     * @param most bytes, and no more
     * @return how many bytes; 0 at its end, too
     * @throws IOException when the connection is reset
     */
    int fill(Socket source, int most) throws IOException {
        int bytes = Native.splice(source.intValue(), -1, in.intValue(), -1, most);
        held += bytes;
        return bytes;
    }

    /**
     * Gives a socket what it takes.
     *
     * @return how many bytes
     */
    int drain(Socket sink) throws IOException {
        int bytes = Native.splice(out.intValue(), -1, sink.intValue(), -1, held);
        held -= bytes;
        return bytes;
    }

    void close() {
        close(out);
        close(in);
    }

    private static void close(FileDescriptor end) {
        try {
            end.close();
        } catch (IOException e) {
            throw new IllegalStateException(e); // no other than EBADF
        }
    }
}
