package dev.kubeproxy.server.transport;

import dev.kubeproxy.server.limit.DescriptorBudget;
import io.netty.channel.unix.Buffer;
import io.netty.util.internal.CleanableDirectBuffer;
import java.nio.ByteBuffer;

/** What the relays of one event loop share: a buffer, used within a turn, and pipes. Confined to the loop. */
final class RelaySpace implements AutoCloseable {

    /** As much as a relay copies at once. */
    static final int BUFFER = 64 * 1024;

    private final CleanableDirectBuffer buffer = Buffer.allocateDirectBufferWithNativeOrder(BUFFER);
    private final long address = Buffer.memoryAddress(buffer.buffer());
    private final Pipes pipes;

    RelaySpace(DescriptorBudget descriptors) {
        this.pipes = new Pipes(descriptors);
    }

    /** Where the buffer begins. */
    long address() {
        return address;
    }

    /** A part of the buffer's bytes. */
    ByteBuffer bytes(int begin, int end) {
        return buffer.buffer().slice(begin, end - begin);
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
