package dev.kubeproxy.control.health;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A listening socket and the clients that it let in, all of them on the {@link HttpLoop}. Thread-safe. */
final class HttpSocket implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final int LONGEST_LINE = 8 * 1024;
    private static final int LONGEST_HEADERS = 8 * 1024;
    private static final int LONGEST_CHUNK = 8 * 1024;
    private static final int READ = 2048; // bytes: some requests at once, and never many

    /** Requests are few and small. Netty's usual one has a pool for each thread, and takes 70 ms at its first use. */
    private static final ByteBufAllocator BUFFERS = new UnpooledByteBufAllocator(false);

    private final ServerSocketChannel socket;
    private final InetSocketAddress address;
    private final Answers answers;
    private final Executor requests;
    private final Limits limits;
    private final ChannelGroup channels = new DefaultChannelGroup(HttpLoop.LOOP, true);

    private HttpSocket(ServerSocketChannel socket, Answers answers, Executor requests, Limits limits)
            throws IOException {
        this.socket = socket;
        this.address = (InetSocketAddress) socket.getLocalAddress();
        this.answers = answers;
        this.requests = requests;
        this.limits = limits;
    }

    /**
     * Binds the address and lets clients in.
     *
     * @param requests gives each of them a thread
     * @param onClosed told why, on the event loop, once the listening socket is closed, by whomever
     * @throws IOException where the address cannot be bound
     */
    static HttpSocket open(
            InetSocketAddress address, Answers answers, Executor requests, Limits limits, Consumer<Throwable> onClosed)
            throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open();
        try {
            socket.socket().bind(address, BACKLOG); // which says of any address by an IOException that it cannot be
            HttpSocket bound = new HttpSocket(socket, answers, requests, limits);
            bound.accept(onClosed);
            return bound;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** For tests: what lets clients in. */
    Optional<Channel> listener() {
        return channels.stream().filter(ServerChannel.class::isInstance).findAny();
    }

    /** Returns when all connections are closed and the address is free: a socket lives on until its selector let it go. */
    @Override
    public void close() {
        HttpLoop.run(channels::close);
        boolean selected;
        do {
            selected = socket.isRegistered();
            HttpLoop.run(() -> {});
        } while (selected);
    }

    private void accept(Consumer<Throwable> onClosed) {
        channels.add(new ServerBootstrap()
                .group(HttpLoop.LOOP)
                .channelFactory(() -> new NioServerSocketChannel(socket))
                .handler(new AcceptFaults(onClosed))
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOCATOR, BUFFERS)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        admit(client);
                    }
                })
                .register()
                .channel());
    }

    private void admit(SocketChannel client) {
        if (!limits.clients().admit(client)) {
            client.close();
            return;
        }
        channels.add(client);
        Patience patience = new Patience(client, limits);
        client.pipeline()
                .addLast(patience)
                .addLast(new HttpServerCodec(parts()))
                .addLast(new HttpServerKeepAliveHandler())
                .addLast(new HttpServerExpectContinueHandler())
                .addLast(new RequestReader())
                .addLast(new Conversation(answers, requests, patience));
    }

    private static HttpDecoderConfig parts() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LONGEST_HEADERS)
                .setMaxChunkSize(LONGEST_CHUNK)
                .setHeadersFactory(FewHeaders.FACTORY)
                .setTrailersFactory(FewHeaders.FACTORY);
    }
}
