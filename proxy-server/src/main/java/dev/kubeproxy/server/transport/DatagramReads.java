package dev.kubeproxy.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.nio.ByteBuffer;

/**
 * The buffers into which the datagram sockets of one event loop read: slots of one block that the loop keeps, each large
 * enough for any datagram (rule G3). Whoever is handed a datagram copies what is to stay before it returns, so that the
 * block is free again for the next read and a small datagram in a queue never holds 64 KiB.
 *
 * <p>With epoll one call fills several slots. A socket starts with two, doubles when they were all filled and halves
 * when fewer than half were. Two at least, because Netty's read of a single datagram from a connected socket mistakes an
 * empty one for the end.
 */
public final class DatagramReads implements RecvByteBufAllocator {

    /** Bytes of one slot; no UDP payload is larger. */
    static final int SLOT = 65_536;

    private static final int FEWEST_SLOTS = 2;
    private static final int MOST_SLOTS = 16;
    /** After so many another socket has its turn. */
    private static final int MOST_DATAGRAMS = 64;

    private final ByteBuf block = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(MOST_SLOTS * SLOT));

    @Override
    @SuppressWarnings("deprecation") // the super type's type is deprecated for callers, not for implementers
    public Handle newHandle() {
        return new Slots();
    }

    /** How one socket reads. */
    private final class Slots implements ExtendedHandle {

        private int slots = FEWEST_SLOTS;
        private int datagrams;
        private int datagramsInLastCall;
        private int attemptedBytes;
        private int lastBytes;

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            datagramsInLastCall = 0;
            boolean free = block.refCnt() == 1; // NIO and io_uring hold several buffers at once
            return free ? block.retainedSlice(0, slots * SLOT).clear() : alloc.directBuffer(SLOT, SLOT);
        }

        @Override
        public int guess() {
            return slots * SLOT;
        }

        @Override
        public void reset(ChannelConfig config) {
            datagrams = 0;
        }

        @Override
        public void incMessagesRead(int count) {
            datagrams += count;
            datagramsInLastCall += count;
        }

        /** There may be more only where the last call filled all it had; this saves the call that finds nothing. */
        @Override
        public boolean continueReading() {
            if (datagramsInLastCall < slots || datagrams >= MOST_DATAGRAMS) {
                return false;
            }
            slots = Math.min(2 * slots, MOST_SLOTS);
            return true;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreDataSupplier) {
            return continueReading();
        }

        @Override
        public void readComplete() {
            if (datagrams < slots / 2) {
                slots = Math.max(slots / 2, FEWEST_SLOTS);
            }
        }

        @Override
        public void lastBytesRead(int bytes) {
            lastBytes = bytes;
        }

        @Override
        public int lastBytesRead() {
            return lastBytes;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attemptedBytes = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attemptedBytes;
        }
    }
}
