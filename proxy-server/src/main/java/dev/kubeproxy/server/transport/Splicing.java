package dev.kubeproxy.server.transport;

import dev.kubeproxy.server.limit.DescriptorBudget;
import io.netty.channel.Channel;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.function.IntConsumer;

/**
 * Relays what comes in bulk without copying it: {@code splice(2)}, with epoll. Each direction of a connection is copied,
 * as Netty does, until so much comes at once that moving it is cheaper, and again when less does. Thread-safe.
 */
public final class Splicing {

    /** From about so many bytes at once the calls of a splice cost less than copying. */
    public static final int BULK = 32 * 1024;

    private final Transport transport;
    private final int from;
    private final FastThreadLocal<Pipes> pipes;

    /** @param from how many bytes that arrive at once are bulk */
    public Splicing(Transport transport, DescriptorBudget descriptors, int from) {
        this.transport = transport;
        this.from = from;
        this.pipes = new FastThreadLocal<>() {
            @Override
            protected Pipes initialValue() {
                return new Pipes(descriptors);
            }

            @Override
            protected void onRemoval(Pipes ofEndedLoop) {
                ofEndedLoop.close();
            }
        };
    }

    /**
     * Lets bulk go from one channel to the other; to be called before the first read. The channels are of one event
     * loop, and their pipelines leave the bytes alone. While the sink takes no more, it is not writable, and the source
     * must not be read.
     *
     * @param onBytes is told how many bytes were moved past the source's pipeline
     */
    public void relay(Channel source, Channel sink, IntConsumer onBytes) {
        if (transport == Transport.EPOLL) {
            source.config().setRecvByteBufAllocator(new SplicingReads(source, sink, onBytes, pipes, from));
        }
    }
}
