package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.transport.EmptyDatagrams;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** How datagrams are put into a socket's queue, which is bounded as the socket's own buffer is: what is too much drops. */
final class DatagramQueue {

    private static final WriteBufferWaterMark BOUND = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    private DatagramQueue() {}

    static void bound(Channel channel) {
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BOUND);
    }

    /**
     * Queues a copy of the payload, which the reader's buffer will not keep; the caller flushes.
     *
     * @param recipient null on a connected socket
     * @return false when it was dropped for want of room
     */
    static boolean offer(Channel channel, ByteBuf payload, @Nullable InetSocketAddress recipient) {
        if (!channel.isWritable()) {
            flush(channel);
            if (!channel.isWritable()) {
                return false;
            }
        }
        if (!payload.isReadable()) {
            return sendEmpty(channel, recipient);
        }
        int length = payload.readableBytes();
        ByteBuf copy = channel.alloc().directBuffer(length, length);
        copy.writeBytes(payload, payload.readerIndex(), length);
        var _ = channel.write(recipient == null ? copy : new DatagramPacket(copy, recipient), channel.voidPromise());
        return true;
    }

    /** Sends what is queued; while a socket still connects, that waits. */
    static void flush(Channel channel) {
        if (channel.isActive()) {
            channel.flush();
        }
    }

    private static boolean sendEmpty(Channel channel, @Nullable InetSocketAddress recipient) {
        if (!channel.isActive()) {
            return false;
        }
        channel.flush(); // what came before goes before
        try {
            return EmptyDatagrams.send(channel, recipient);
        } catch (IOException e) {
            channel.pipeline().fireExceptionCaught(e);
            return true;
        }
    }
}
