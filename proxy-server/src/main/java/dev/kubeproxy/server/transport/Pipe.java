package dev.kubeproxy.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A pipe of the kernel, through which bytes go from socket to socket without being copied. What a socket does not take at
 * once waits in the pipe, and that waits as a message in the channel's queue: so it keeps its place before later bytes
 * and before a FIN, and is released with the queue. Meanwhile the channel is not writable. Confined to its event loop.
 */
final class Pipe extends AbstractReferenceCounted implements FileRegion {

    /** What a pipe holds of the process' file descriptors. */
    static final int DESCRIPTORS = 2;

    /** More than a pipe can hold: the kernel stops where it is full. */
    private static final int ALL = 1 << 20;

    /** Which of a channel's user defined reasons not to be writable is ours. */
    private static final int WRITABILITY = 1;

    private final Pipes home;
    private final FileDescriptor out;
    private final FileDescriptor in;
    private int held;
    private long count;
    private @Nullable Channel waitsFor;

    private Pipe(Pipes home, FileDescriptor out, FileDescriptor in) {
        this.home = home;
        this.out = out;
        this.in = in;
    }

    /** Opens one that goes back to its home when it is released. */
    static Pipe open(Pipes home) throws IOException {
        FileDescriptor[] ends = FileDescriptor.pipe();
        return new Pipe(home, ends[0], ends[1]);
    }

    boolean isEmpty() {
        return held == 0;
    }

    /**
     * Takes what a socket has received, as much as goes in.
     *
     * @return how many bytes; 0 at its end, too
     * @throws IOException when the connection is reset
     */
    int fill(Channel source) throws IOException {
        int bytes = Native.splice(Transport.descriptor(source), -1, in.intValue(), -1, ALL);
        held += bytes;
        return bytes;
    }

    /** Gives a socket what it takes. */
    private int drain(Channel sink) throws IOException {
        int bytes = held == 0 ? 0 : Native.splice(out.intValue(), -1, Transport.descriptor(sink), -1, held);
        held -= bytes;
        return bytes;
    }

    /** Hands all to a channel whose queue is empty, and itself, too. */
    void sendTo(Channel sink) {
        try {
            drain(sink);
        } catch (IOException e) {
            // The queue meets it again and deals with it as with any other failure to write.
        }
        if (isEmpty()) {
            release();
            return;
        }
        count = held;
        waitsFor = sink;
        setWritable(sink, false);
        sink.writeAndFlush(this, sink.voidPromise());
    }

    private static void setWritable(Channel channel, boolean writable) {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        if (queue != null) { // null once the channel is closed
            queue.setUserDefinedWritability(WRITABILITY, writable);
        }
    }

    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
        return waitsFor == null ? 0 : drain(waitsFor);
    }

    @Override
    public long position() {
        return 0;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long transferred() {
        return count - held;
    }

    @Override
    @Deprecated
    public long transfered() {
        return count - held; // the name's old spelling
    }

    /** It is out of the queue: sent, or never to be. */
    @Override
    protected void deallocate() {
        Channel waited = waitsFor;
        waitsFor = null;
        home.give(this);
        if (waited != null) {
            setWritable(waited, true);
        }
    }

    /** For the next one who takes it from its home. */
    Pipe renewed() {
        setRefCnt(1);
        return this;
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

    @Override
    public FileRegion retain() {
        super.retain();
        return this;
    }

    @Override
    public FileRegion retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileRegion touch() {
        return this;
    }

    @Override
    public FileRegion touch(Object hint) {
        return this;
    }
}
