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

    /** Larger ones take half of the time for bulk: fewer calls, and fewer acknowledgements of what they took. */
    static final int CAPACITY = 1 << 20;

    private static final Logger LOG = LogManager.getLogger();

    private final FileDescriptor out;
    private final FileDescriptor in;
    private int held;

    private Pipe(FileDescriptor out, FileDescriptor in) {
        this.out = out;
        this.in = in;
    }

    static Pipe open() throws IOException {
        FileDescriptor[] ends = FileDescriptor.pipe();
        try {
            PipeCapacity.set(ends[1].intValue(), CAPACITY);
        } catch (IOException e) {
            LOG.trace("A pipe stays as small as it is", e);
        }
        return new Pipe(ends[0], ends[1]);
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
