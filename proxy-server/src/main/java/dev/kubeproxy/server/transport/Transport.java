package dev.kubeproxy.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/** One of Netty's ways to do socket I/O. */
public enum Transport {
    EPOLL,
    IO_URING,
    NIO;

    private static final Map<ChannelOption<Integer>, Integer> IPV6_ONLY = Map.of(option("IPV6_V6ONLY", 41, 26), 1);
    private static final Map<ChannelOption<Integer>, Integer> IPV6_FREEBIND =
            Map.of(option("IPV6_FREEBIND", 41, 78), 1);
    private static final int IDLE_SECONDS = 15;
    private static final int PROBE_SECONDS = 5;
    private static final Map<ChannelOption<Integer>, Integer> KEEP_ALIVE = Map.of(
            option("SO_KEEPALIVE", 1, 9),
            1,
            option("TCP_KEEPIDLE", 6, 4),
            IDLE_SECONDS,
            option("TCP_KEEPINTVL", 6, 5),
            PROBE_SECONDS);

    private static final Map<ChannelOption<Integer>, Integer> NO_DELAY = Map.of(option("TCP_NODELAY", 6, 1), 1);
    private static final Map<ChannelOption<Integer>, Integer> REUSE_PORT = Map.of(option("SO_REUSEPORT", 1, 15), 1);

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
            case EPOLL -> EpollHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("event-loop", true), handlers);
    }

    /**
     * Makes listening sockets for the address. Each is of the address' family, since on a socket for both, Netty takes
     * {@code 0.0.0.0} for {@code ::}. It has no others for io_uring, whose NodePorts of IPv4 are open on IPv6, too.
     */
    public ChannelFactory<? extends ServerSocketChannel> serverSockets(InetAddress address) {
        SocketProtocolFamily family = family(address);
        return switch (this) {
            case EPOLL -> () -> new EpollServerSocketChannel(family);
            case IO_URING -> IoUringServerSocketChannel::new;
            case NIO -> () -> new NioServerSocketChannel(SelectorProvider.provider(), family);
        };
    }

    /**
     * A socket to connect to the address, of its family: the kernel takes a longer way from IPv6 sockets to IPv4. Netty's of
     * io_uring are for both.
     */
    SocketChannel newSocket(InetAddress address) {
        SocketProtocolFamily family = family(address);
        return switch (this) {
            case EPOLL -> throw new IllegalStateException("its sockets have no channels");
            case IO_URING -> new IoUringSocketChannel();
            case NIO -> new NioSocketChannel(SelectorProvider.provider(), family);
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

    /**
     * Options of a listener that the sockets which it accepts inherit: the kernel notices within a minute that the peer of
     * an idle connection is gone, and sends small messages at once. NIO has no such listeners.
     */
    public List<Map<ChannelOption<Integer>, Integer>> inherited() {
        return this == NIO ? List.of() : List.of(KEEP_ALIVE, NO_DELAY);
    }

    /** Has the kernel notice within a minute that the peer of an idle connection is gone. */
    void keepAlive(ChannelConfig socket) {
        if (this == NIO) {
            socket.setOption(ChannelOption.SO_KEEPALIVE, true);
            socket.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), IDLE_SECONDS);
            socket.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), PROBE_SECONDS);
        } else {
            KEEP_ALIVE.forEach(socket::setOption);
        }
    }

    /** The same for a socket without a channel. */
    static void keepAlive(Socket socket) throws IOException {
        for (var option : KEEP_ALIVE.entrySet()) {
            var number = (IntegerUnixChannelOption) option.getKey();
            socket.setIntOpt(number.level(), number.optname(), option.getValue());
        }
    }

    /**
     * Options for a listener on the address. {@code ::} leaves IPv4 to a listener of its own; another IPv6 address may
     * be local by a route only, and for IPv6 the kernel lets none but freebind sockets have such.
     */
    public Map<ChannelOption<Integer>, Integer> listenerOptions(InetAddress address) {
        if (this == NIO || !(address instanceof Inet6Address)) {
            return Map.of();
        }
        return address.isAnyLocalAddress() ? IPV6_ONLY : IPV6_FREEBIND;
    }

    /** Options that let several sockets share an address; the kernel spreads clients over them. */
    public Map<ChannelOption<Integer>, Integer> reusePort() {
        return this == NIO ? Map.of() : REUSE_PORT;
    }

    /** True where {@link #descriptor} has an answer. */
    public boolean hasDescriptors() {
        return this != NIO;
    }

    /** The descriptor of a channel's socket, negative once it is closed. Not with NIO. */
    public static int descriptor(Channel channel) {
        FileDescriptor descriptor = ((UnixChannel) channel).fd();
        return descriptor.isOpen() ? descriptor.intValue() : -1;
    }

    static SocketProtocolFamily family(InetAddress address) {
        return address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    }

    /** An option by its numbers in Linux' headers. */
    private static ChannelOption<Integer> option(String name, int level, int number) {
        return new IntegerUnixChannelOption(name, level, number);
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
