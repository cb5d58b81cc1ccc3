package dev.kubeproxy.server.transport;

import dev.kubeproxy.server.limit.DescriptorBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.unix.Buffer;
import io.netty.util.internal.CleanableDirectBuffer;

/** What the relays of one event loop share: a buffer, used within a turn, and pipes. Confined to the loop. */
final class RelaySpace implements AutoCloseable {

    /** As much as a relay copies at once. */
    static final int BUFFER = 64 * 1024;

    private final CleanableDirectBuffer buffer = Buffer.allocateDirectBufferWithNativeOrder(BUFFER);
    private final long address = Buffer.memoryAddress(buffer.buffer());
    private final ByteBufAllocator allocator;
    private final Pipes pipes;

    RelaySpace(DescriptorBudget descriptors, ByteBufAllocator allocator) {
        this.allocator = allocator;
        this.pipes = new Pipes(descriptors);
    }

    /** Where the buffer begins. */
    long address() {
        return address;
    }

    /** A copy of a part of the buffer's bytes, which lasts until it is released. */
    ByteBuf copy(int begin, int end) {
        return allocator.directBuffer(end - begin).writeBytes(buffer.buffer().slice(begin, end - begin));
    }

    Pipes pipes() {
        return pipes;
    }

    @Override
    public void close() {
        pipes.close();
        buffer.clean();
    }
}
