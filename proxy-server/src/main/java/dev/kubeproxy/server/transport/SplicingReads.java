package dev.kubeproxy.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.function.IntConsumer;

/**
 * How one channel reads whose bytes all go to another one. Netty asks here for a buffer before each read; when bulk is
 * coming, that is the moment to move it past Netty, whose read then finds the rest: nothing, bytes that came just now, or
 * the end of the stream. Confined to the channels' event loop.
 *
 * <p>Bulk is coming when the latest turn of reading brought it, or this one has so far.
 */
@SuppressWarnings("deprecation") // the super type's type is deprecated for callers, not for implementers
final class SplicingReads extends RecvByteBufAllocator.DelegatingHandle
        implements RecvByteBufAllocator, RecvByteBufAllocator.ExtendedHandle {

    /** As many reads in a turn as Netty's sockets do of themselves. */
    private static final RecvByteBufAllocator BUFFERS = new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(16);

    /** After so many bytes another channel has its turn. */
    private static final int MOST_BYTES = 1024 * 1024;

    private final Channel source;
    private final Channel sink;
    private final IntConsumer onBytes;
    private final FastThreadLocal<Pipes> pipes;
    private final int from;
    private int bytesBefore;
    private int bytes;

    SplicingReads(Channel source, Channel sink, IntConsumer onBytes, FastThreadLocal<Pipes> pipes, int from) {
        super(BUFFERS.newHandle());
        this.source = source;
        this.sink = sink;
        this.onBytes = onBytes;
        this.pipes = pipes;
        this.from = from;
    }

    @Override
    public Handle newHandle() {
        return this;
    }

    @Override
    public void reset(ChannelConfig config) {
        super.reset(config);
        bytesBefore = bytes;
        bytes = 0;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
        if (Math.max(bytes, bytesBefore) >= from) {
            try {
                splice();
            } catch (IOException e) {
                throw SplicingReads.<RuntimeException>asIs(e);
            }
        }
        return super.allocate(alloc);
    }

    private void splice() throws IOException {
        int end = bytes + MOST_BYTES;
        while (bytes < end && sinkIsIdle()) {
            Pipe pipe = pipes.get().take();
            if (pipe == null) {
                return;
            }
            int filled = 0;
            try {
                filled = pipe.fill(source);
            } finally {
                if (filled == 0) {
                    pipe.release();
                }
            }
            if (filled == 0) {
                return;
            }
            bytes += filled;
            onBytes.accept(filled);
            pipe.sendTo(sink);
        }
        if (!source.isOpen()) { // the sink was found broken, and both are closed; there must be no read
            throw new ClosedChannelException();
        }
    }

    /** True when nothing waits to be sent: what is spliced now overtakes nothing. */
    private boolean sinkIsIdle() {
        ChannelOutboundBuffer queue = sink.unsafe().outboundBuffer();
        if (queue != null && queue.totalPendingWriteBytes() > 0) {
            sink.flush();
            queue = sink.unsafe().outboundBuffer();
        }
        return queue != null && queue.totalPendingWriteBytes() == 0;
    }

    /** Netty takes what is thrown here for what its own read has thrown, and that is no runtime exception. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E asIs(IOException e) throws E {
        throw (E) e;
    }

    @Override
    public void lastBytesRead(int read) {
        super.lastBytesRead(read);
        bytes += Math.max(read, 0);
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreDataSupplier) {
        return ((ExtendedHandle) delegate()).continueReading(maybeMoreDataSupplier);
    }
}
