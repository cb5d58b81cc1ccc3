package dev.kubeproxy.server.transport;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** One of Netty's ways to do socket I/O. */
public enum Transport {
    EPOLL,
    IO_URING,
    NIO;

    /** epoll where its native library loads, else NIO. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** False where the machine cannot do this one. */
    public boolean available() {
        return switch (this) {
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
            case NIO -> true;
        };
    }

    /** New event loops, on daemon threads; the caller shuts them down. */
    public EventLoopGroup eventLoops(int threads) {
        IoHandlerFactory handlers = switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("event-loop", true), handlers);
    }

    public ChannelFactory<? extends ServerSocketChannel> serverSockets() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel::new;
            case IO_URING -> IoUringServerSocketChannel::new;
            case NIO -> NioServerSocketChannel::new;
        };
    }

    public ChannelFactory<? extends SocketChannel> sockets() {
        return switch (this) {
            case EPOLL -> EpollSocketChannel::new;
            case IO_URING -> IoUringSocketChannel::new;
            case NIO -> NioSocketChannel::new;
        };
    }

    /** Sockets that are to read with {@link DatagramReads}. */
    public ChannelFactory<? extends DatagramChannel> datagrams() {
        return switch (this) {
            case EPOLL -> Transport::epollDatagrams;
            case IO_URING -> Transport::ioUringDatagrams;
            case NIO -> NioDatagramChannel::new;
        };
    }

    /** With the size of a slot Netty knows how many datagrams a buffer of {@link DatagramReads} takes in one call. */
    private static EpollDatagramChannel epollDatagrams() {
        EpollDatagramChannel channel = new EpollDatagramChannel();
        channel.config().setMaxDatagramPayloadSize(DatagramReads.SLOT);
        return channel;
    }

    private static IoUringDatagramChannel ioUringDatagrams() {
        IoUringDatagramChannel channel = new IoUringDatagramChannel();
        channel.config().setOption(IoUringChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DatagramReads.SLOT);
        return channel;
    }
}
