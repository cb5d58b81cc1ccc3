package dev.kubeproxy.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams without a payload, which Netty takes for nothing to send; these go around its queue to the socket (rule
 * G3). NIO has no way to send one from a connected socket: there they are dropped.
 */
public final class EmptyDatagrams {

    private static final ByteBuffer EMPTY = ByteBuffer.allocateDirect(0);

    private EmptyDatagrams() {}

    /**
     * Sends one at once.
     *
     * @param recipient null on a connected socket
     * @return false where the socket's buffer is full, or with NIO
     * @throws IOException as of any datagram, such as {@link java.net.PortUnreachableException}
     */
    public static boolean send(Channel channel, @Nullable InetSocketAddress recipient) throws IOException {
        if (!(channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket)) {
            return false;
        }
        if (recipient == null) {
            socket.send(EMPTY, 0, 0);
        } else {
            socket.sendTo(EMPTY, 0, 0, recipient.getAddress(), recipient.getPort());
        }
        return true;
    }
}
