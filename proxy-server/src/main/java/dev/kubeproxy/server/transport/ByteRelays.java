package dev.kubeproxy.server.transport;

import dev.kubeproxy.server.limit.DescriptorBudget;
import io.netty.channel.Channel;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.function.IntConsumer;

/**
 * Takes bytes from channel to channel past Netty, where epoll is the transport: small messages by one call to read and one
 * to write, bulk by {@code splice(2)}, which copies nothing. Thread-safe.
 */
public final class ByteRelays {

    /** From about so many bytes at once the calls of a splice cost less than copying. */
    public static final int BULK = 32 * 1024;

    private final Transport transport;
    private final int from;
    private final FastThreadLocal<RelaySpace> spaces;

    /** @param from how many bytes that arrive at once are bulk */
    public ByteRelays(Transport transport, DescriptorBudget descriptors, int from) {
        this.transport = transport;
        this.from = from;
        this.spaces = new FastThreadLocal<>() {
            @Override
            protected RelaySpace initialValue() {
                return new RelaySpace(descriptors);
            }

            @Override
            protected void onRemoval(RelaySpace ofEndedLoop) {
                ofEndedLoop.close();
            }
        };
    }

    /**
     * Lets bytes go from one channel to the other; to be called on their event loop once the source is registered and
     * before its first read. What cannot go this way comes through the source's pipeline, in order: what has to wait
     * behind other bytes, the end of the stream, failures. While the sink takes no more, it is not writable, and the source
     * must not be read.
     *
     * @param onBytes is told how many bytes went past the source's pipeline
     */
    public void relay(Channel source, Channel sink, IntConsumer onBytes) {
        if (transport == Transport.EPOLL) {
            source.attr(EpollInterest.KEY).get().relayBy(new ByteRelay(source, sink, onBytes, spaces.get(), from));
        }
    }
}
