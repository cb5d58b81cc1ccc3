package dev.kubeproxy.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.function.IntConsumer;

/**
 * Takes what one channel receives to another one, past Netty: nothing is allocated, queued or dispatched while the sink
 * takes all at once. Small messages are copied; after a turn that brought bulk, the next one splices. Confined to the
 * channels' event loop.
 */
final class ByteRelay {

    /** After so many bytes another channel has its turn. */
    private static final int MOST_BYTES = 1024 * 1024;

    private final Channel source;
    private final Channel sink;
    private final Socket in;
    private final Socket out;
    private final IntConsumer onBytes;
    private final RelaySpace space;
    private final long buffer;
    private final int from;
    private boolean bulk;

    /**
     * Relays between channels that are registered with epoll.
     *
     * @param onBytes is told how many bytes were taken
     * @param from how many bytes in a turn are bulk
     */
    ByteRelay(Channel source, Channel sink, IntConsumer onBytes, RelaySpace space, int from) {
        this.source = source;
        this.sink = sink;
        this.in = (Socket) ((UnixChannel) source).fd();
        this.out = (Socket) ((UnixChannel) sink).fd();
        this.onBytes = onBytes;
        this.space = space;
        this.buffer = space.address();
        this.from = from;
        this.bulk = from == 0;
    }

    /**
     * Takes a turn's worth of bytes from the source, which is readable.
     *
     * @return false where nothing could be taken, so that Netty has to read: the end, or bytes that must wait for others
     */
    boolean onReadable() {
        int taken = 0;
        try {
            boolean more = true;
            while (more && taken < MOST_BYTES && sinkIsIdle()) {
                int bytes = bulk ? splice() : copy();
                taken += Math.max(bytes, 0);
                bulk = taken >= from;
                more = bytes > 0 && bulk;
            }
        } catch (Throwable e) { // no memory for a rest, too: it ends this connection, and would end the event loop
            source.pipeline().fireExceptionCaught(e);
            return true;
        }
        bulk = taken >= from;
        return taken > 0;
    }

    /** True when nothing waits to be sent: what is taken now overtakes nothing. False once the sink is closed, too. */
    private boolean sinkIsIdle() {
        ChannelOutboundBuffer queue = sink.unsafe().outboundBuffer();
        return queue != null && queue.totalPendingWriteBytes() == 0;
    }

    private int copy() throws IOException {
        int bytes = in.recvAddress(buffer, 0, RelaySpace.BUFFER);
        if (bytes > 0) {
            onBytes.accept(bytes);
            int written = write(bytes);
            if (written < bytes) {
                queue(written, bytes);
            }
        }
        return bytes;
    }

    private int write(int bytes) {
        try {
            return out.sendAddress(buffer, 0, bytes);
        } catch (IOException e) {
            return 0; // the queue meets it again and deals with it as with any other failure to write
        }
    }

    /** What the sink does not take at once, Netty sends when it does. */
    private void queue(int begin, int end) {
        ByteBuf rest = sink.alloc().directBuffer(end - begin);
        rest.writeBytes(space.bytes(begin, end));
        sink.writeAndFlush(rest, sink.voidPromise());
    }

    /** @return how many bytes; 0 at the end of the stream, too */
    private int splice() throws IOException {
        Pipe pipe = space.pipes().take();
        if (pipe == null) {
            return copy();
        }
        int bytes = 0;
        try {
            bytes = pipe.fill(source);
        } finally {
            if (bytes == 0) {
                pipe.release();
            }
        }
        if (bytes > 0) {
            onBytes.accept(bytes);
            pipe.sendTo(sink);
        }
        return bytes;
    }
}
