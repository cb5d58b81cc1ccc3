package dev.kubeproxy.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams by the socket itself, around the channel's queue: with epoll all that find room in the socket's buffer, which
 * saves copying and queueing them; and those without a payload, which Netty takes for nothing to send (rule G3). To be
 * called on the channel's event loop; what is queued is overtaken.
 */
public final class DirectDatagrams {

    private static final ByteBuffer EMPTY = ByteBuffer.allocateDirect(0);

    private DirectDatagrams() {}

    /**
     * Sends the payload at once.
     *
     * @param recipient null on a connected socket
     * @return false where it has to be queued: the socket's buffer is full, or the channel is not one of epoll
     * @throws IOException as of any datagram, such as {@link java.net.PortUnreachableException}
     */
    public static boolean send(Channel channel, ByteBuf payload, @Nullable InetSocketAddress recipient)
            throws IOException {
        if (!(channel instanceof EpollDatagramChannel epoll) || payload.nioBufferCount() != 1) {
            return false;
        }
        ByteBuffer bytes = payload.internalNioBuffer(payload.readerIndex(), payload.readableBytes());
        return bytes.isDirect() && send((Socket) epoll.fd(), bytes, recipient) > 0;
    }

    /** NIO has no way to send one from a connected socket. */
    public static boolean canSendEmpty(Channel channel) {
        return channel instanceof UnixChannel;
    }

    /**
     * Sends an empty datagram at once.
     *
     * @param recipient null on a connected socket
     * @throws IOException as of any datagram
     */
    public static void sendEmpty(Channel channel, @Nullable InetSocketAddress recipient) throws IOException {
        send((Socket) ((UnixChannel) channel).fd(), EMPTY, recipient);
    }

    private static int send(Socket socket, ByteBuffer bytes, @Nullable InetSocketAddress recipient) throws IOException {
        return recipient == null
                ? socket.send(bytes, bytes.position(), bytes.limit())
                : socket.sendTo(bytes, bytes.position(), bytes.limit(), recipient.getAddress(), recipient.getPort());
    }
}
