package dev.kubeproxy.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams without a payload, which Netty takes for nothing to send; these go around its queue to the socket (rule
 * G3).
 */
public final class EmptyDatagrams {

    private static final AttributeKey<DatagramChannel> NIO_SOCKET = AttributeKey.valueOf("nio-socket");
    private static final ByteBuffer EMPTY = ByteBuffer.allocateDirect(0);

    private EmptyDatagrams() {}

    /**
     * Sends one at once.
     *
     * @param recipient null on a connected socket
     * @return false where the socket's buffer was full or the channel is none of {@link Transport#datagrams()}
     * @throws IOException as of any datagram sent, such as {@link java.net.PortUnreachableException}
     */
    public static boolean send(Channel channel, @Nullable InetSocketAddress recipient) throws IOException {
        if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
            int result = recipient == null
                    ? socket.send(EMPTY, 0, 0)
                    : socket.sendTo(EMPTY, 0, 0, recipient.getAddress(), recipient.getPort());
            return result == 0;
        }
        DatagramChannel nio = channel.attr(NIO_SOCKET).get();
        if (nio == null) {
            return false;
        }
        int ignored = recipient == null ? nio.write(EMPTY.duplicate()) : nio.send(EMPTY.duplicate(), recipient);
        return ignored == 0;
    }

    /** A NIO channel that remembers its socket. */
    static NioDatagramChannel nioChannel() {
        try {
            DatagramChannel socket = DatagramChannel.open();
            NioDatagramChannel channel = new NioDatagramChannel(socket);
            channel.attr(NIO_SOCKET).set(socket);
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException("no datagram socket", e);
        }
    }
}
