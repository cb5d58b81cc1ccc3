package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.transport.DatagramReads;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The sockets towards backends of one event loop: opens them, and uses again those that sessions left (rule G8).
 *
 * <p>A socket is used again only if its session had one answer to its one datagram, and nothing more has arrived on it
 * since. What remains: when a backend answers one datagram twice, and the second time only after the socket has its next
 * session, the wrong client hears it.
 */
final class UpstreamSockets {

    private static final Logger LOGGER = LogManager.getLogger();

    private final Transport transport;
    private final EventLoop loop;
    private final DatagramReads reads = new DatagramReads();
    private final DescriptorBudget descriptors;
    private final ChannelFutureListener release;
    private final FreeSockets free;
    private final ByteBuffer probe = ByteBuffer.allocateDirect(1);

    UpstreamSockets(Transport transport, EventLoop loop, DescriptorBudget descriptors, Ticker ticker) {
        this.transport = transport;
        this.loop = loop;
        this.descriptors = descriptors;
        this.release = _ -> descriptors.release(1);
        this.free = new FreeSockets(ticker);
    }

    /** A socket for the backend, to be connected if it is not; null for want of a descriptor. */
    @Nullable
    ReplyHandler take(Backend backend) {
        ReplyHandler used = free.take(backend);
        while (used != null) {
            if (silent(used.channel())) {
                return used;
            }
            used.close();
            used = free.take(backend);
        }
        return acquireDescriptor() ? open(backend) : null;
    }

    /** The session of the socket ended with nothing owed. Only epoll lets us see whether more has arrived. */
    void free(ReplyHandler socket) {
        if (transport != Transport.EPOLL || !free.add(socket)) {
            socket.close();
        }
    }

    /** A free socket turned out not to be silent. */
    void discard(ReplyHandler socket) {
        free.remove(socket);
        socket.close();
    }

    /** Closes what nobody wanted for a while. */
    void closeIdle() {
        free.closeIdle();
    }

    void closeFree() {
        while (free.closeOne()) {}
    }

    boolean noneFree() {
        return free.isEmpty();
    }

    /** For all datagram sockets of the event loop. */
    DatagramReads reads() {
        return reads;
    }

    private boolean acquireDescriptor() {
        while (!descriptors.tryAcquire(1)) {
            if (!free.closeOne()) {
                return false;
            }
        }
        return true;
    }

    /** Without {@code Bootstrap}, which would take a detour over the event loop's task queue. */
    private @Nullable ReplyHandler open(Backend backend) {
        Channel channel;
        try {
            channel = transport.datagrams().newChannel();
        } catch (ChannelException e) {
            LOGGER.debug("no socket for {}", backend, e);
            descriptors.release(1);
            return null;
        }
        channel.closeFuture().addListener(release);
        channel.config().setRecvByteBufAllocator(reads);
        DatagramQueue.bound(channel);
        ReplyHandler socket = new ReplyHandler(this, backend, channel);
        channel.pipeline().addLast(socket);
        var _ = loop.register(channel);
        return socket;
    }

    private boolean silent(Channel channel) {
        try {
            return channel instanceof UnixChannel unix
                    && unix.fd() instanceof Socket socket
                    && socket.recv(probe, 0, probe.capacity()) == 0; // nothing to read; less than 0 would be empty
        } catch (IOException e) {
            return false;
        }
    }
}
