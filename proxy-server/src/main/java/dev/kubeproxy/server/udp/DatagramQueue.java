package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.transport.DirectDatagrams;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How datagrams leave by a socket: at once where it can take them, else through its queue, which is bounded as the
 * socket's own buffer is: what is too much drops.
 */
final class DatagramQueue {

    private static final WriteBufferWaterMark BOUND = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    private DatagramQueue() {}

    static void bound(Channel channel) {
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BOUND);
    }

    /** False where there is no room for the payload. */
    static boolean takes(Channel channel, ByteBuf payload) {
        if (!payload.isReadable()) { // it cannot be queued, so it overtakes what a full socket lets wait
            flush(channel);
            return channel.isActive() && channel.isWritable() && DirectDatagrams.canSendEmpty(channel);
        }
        if (!channel.isWritable()) {
            flush(channel);
        }
        return channel.isWritable();
    }

    /**
     * Sends a payload that the channel {@link #takes}, or queues a copy of it, which the reader's buffer will not keep; the
     * caller flushes.
     *
     * @param recipient null on a connected socket
     */
    static void send(Channel channel, ByteBuf payload, @Nullable InetSocketAddress recipient) {
        try {
            if (!payload.isReadable()) {
                DirectDatagrams.sendEmpty(channel, recipient);
            } else if (!isDone(channel) || !channel.isActive() || !DirectDatagrams.send(channel, payload, recipient)) {
                queue(channel, payload, recipient);
            }
        } catch (IOException e) {
            channel.pipeline().fireExceptionCaught(e);
        }
    }

    private static void queue(Channel channel, ByteBuf payload, @Nullable InetSocketAddress recipient) {
        int length = payload.readableBytes();
        ByteBuf copy = channel.alloc().directBuffer(length, length);
        copy.writeBytes(payload, payload.readerIndex(), length);
        var _ = channel.write(recipient == null ? copy : new DatagramPacket(copy, recipient), channel.voidPromise());
    }

    /** Sends what is queued; while a socket still connects, that waits. */
    static void flush(Channel channel) {
        if (!isDone(channel) && channel.isActive()) {
            channel.flush();
        }
    }

    private static boolean isDone(Channel channel) {
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        return queue == null || queue.totalPendingWriteBytes() == 0; // null once it is closed
    }
}
