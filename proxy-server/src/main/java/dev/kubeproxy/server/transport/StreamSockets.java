package dev.kubeproxy.server.transport;

import dev.kubeproxy.server.limit.DescriptorBudget;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Makes {@link StreamSocket}s: bare sockets where epoll is the transport, else Netty's channels. Thread-safe. */
public final class StreamSockets {

    /** From about so many bytes at once the calls of a splice cost less than copying. */
    public static final int BULK = 32 * 1024;

    private final Transport transport;
    private final int bulk;
    private final FastThreadLocal<RelaySpace> spaces;

    /** @param bulk how many bytes that arrive at once are spliced, where epoll is the transport */
    public StreamSockets(Transport transport, DescriptorBudget descriptors, int bulk) {
        this(transport, descriptors, bulk, ByteBufAllocator.DEFAULT);
    }

    StreamSockets(Transport transport, DescriptorBudget descriptors, int bulk, ByteBufAllocator allocator) {
        this.transport = transport;
        this.bulk = bulk;
        this.spaces = new FastThreadLocal<>() {
            @Override
            protected RelaySpace initialValue() {
                return new RelaySpace(descriptors, allocator);
            }

            @Override
            protected void onRemoval(RelaySpace ofEndedLoop) {
                ofEndedLoop.close();
            }
        };
    }

    /** Asked by a listener, on its event loop. */
    public interface Admission {

        /** False where the next connection has to wait; the listener tries no more until it is run again. */
        boolean admit();

        /** There was no connection for what was admitted. */
        void nobodyCame();
    }

    /**
     * Has a listener accept. What it accepts comes through its pipeline, and is for {@link #accepted}.
     *
     * @return accepts what waits, in the event loop; null where the transport accepts by itself and asks for no admission
     */
    public @Nullable Runnable acceptOn(Channel listener, Admission admission) {
        if (transport != Transport.EPOLL) {
            return null;
        }
        EpollAcceptor acceptor = new EpollAcceptor(listener, this, admission);
        EpollChannelHandle.of(listener).readBy(acceptor);
        return acceptor;
    }

    /** What came through a listener's pipeline. */
    public StreamSocket accepted(Object accepted) {
        return accepted instanceof EpollStream stream ? stream : new ChannelStream((SocketChannel) accepted, transport);
    }

    /**
     * Dials, on the event loop, which calls this. The events tell how it ends, in a later turn.
     *
     * @throws ChannelException where there is no descriptor for a socket
     */
    public StreamSocket connect(
            EventLoop loop, InetSocketAddress address, int timeoutMillis, StreamSocket.Events events) {
        if (transport == Transport.EPOLL) {
            EpollStream stream = EpollStream.toConnect(address, this);
            stream.connect(loop, timeoutMillis, events);
            return stream;
        }
        ChannelStream stream = new ChannelStream(transport.newSocket(address.getAddress()), transport);
        stream.connect(loop, address, timeoutMillis, events);
        return stream;
    }

    /** The calling event loop's. */
    RelaySpace space() {
        return spaces.get();
    }

    int bulk() {
        return bulk;
    }
}
