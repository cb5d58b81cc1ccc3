package dev.kubeproxy.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxy.server.limit.DescriptorBudget;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ByteRelayTest {

    private static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
    private static final int NEVER_BULK = Integer.MAX_VALUE;
    private static final int ANSWER = 2 * 1024 * 1024;
    private static final long SECONDS = 60;

    private EventLoopGroup loops;

    @BeforeEach
    void startLoop() {
        assumeTrue(Transport.EPOLL.available(), "the relay needs epoll");
        loops = Transport.EPOLL.eventLoops(1);
    }

    @AfterEach
    void stopLoop() {
        if (loops != null) {
            loops.shutdownGracefully(0, SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void wantOfMemoryIsAFailureOfOneConnectionAndNotOfTheEventLoop() throws Exception {
        EventLoop loop = loops.next();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        var budget = new DescriptorBudget(100, DescriptorBudget.Episodes.NONE);
        StreamSockets sockets = new StreamSockets(Transport.EPOLL, budget, NEVER_BULK, new WithoutMemory());
        try (ServerSocket sender = new ServerSocket(0, 1, LOCAL);
                ServerSocket receiver = new ServerSocket(0, 1, LOCAL)) {
            StreamSocket source = connect(sockets, loop, sender);
            StreamSocket sink = connect(sockets, loop, receiver);
            try (Socket sending = sender.accept();
                    Socket _ = receiver.accept()) { // which never reads
                loop.execute(() -> source.relayTo(sink, failure::complete));
                sendUntil(failure, sending);
                assertThat(failure.get(SECONDS, TimeUnit.SECONDS)).isInstanceOf(OutOfMemoryError.class);
                assertThat(loop.submit(() -> "runs").get(SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("runs");
            }
        }
    }

    @Test
    void moreAtOnceIsSplicedOfAStreamUntilThePeerSaysSomething() throws Exception {
        EventLoop loop = loops.next();
        var budget = new DescriptorBudget(100, DescriptorBudget.Episodes.NONE);
        StreamSockets sockets =
                new StreamSockets(Transport.EPOLL, budget, StreamSockets.BULK, ByteBufAllocator.DEFAULT);
        try (ServerSocket sender = new ServerSocket(0, 1, LOCAL);
                ServerSocket receiver = new ServerSocket(0, 1, LOCAL)) {
            StreamSocket source = connect(sockets, loop, sender);
            StreamSocket sink = connect(sockets, loop, receiver);
            try (Socket sending = sender.accept();
                    Socket receiving = receiver.accept()) {
                Sizes sizes = new Sizes();
                loop.submit(() -> source.relayTo(sink, sizes)).get(SECONDS, TimeUnit.SECONDS);
                loop.submit(() -> sink.relayTo(source, new Sizes())).get(SECONDS, TimeUnit.SECONDS);
                carry(ANSWER, sending, receiving);
                assertThat(sizes.most).isLessThanOrEqualTo(Pipe.SMALL);
                for (int answers = 0; answers < 200 && sizes.most <= Pipe.SMALL; answers++) {
                    carry(ANSWER, sending, receiving);
                }
                assertThat(sizes.most).isGreaterThan(Pipe.SMALL);
                carry(1, receiving, sending);
                sizes.most = 0;
                carry(ANSWER, sending, receiving);
                assertThat(sizes.most).isBetween(1, Pipe.SMALL);
            }
        }
    }

    private static void carry(int bytes, Socket from, Socket to) throws Exception {
        to.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                from.getOutputStream().write(new byte[bytes]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(to.getInputStream().readNBytes(bytes)).hasSize(bytes);
        sent.get(SECONDS, TimeUnit.SECONDS);
    }

    private static StreamSocket connect(StreamSockets sockets, EventLoop loop, ServerSocket server) throws Exception {
        var address = new InetSocketAddress(LOCAL, server.getLocalPort());
        CompletableFuture<Void> connected = new CompletableFuture<>();
        StreamSocket.Events events = new StreamSocket.Events() {
            @Override
            public void onConnected() {
                connected.complete(null);
            }

            @Override
            public void onBroken(Throwable cause) {
                connected.completeExceptionally(cause);
            }
        };
        StreamSocket socket = loop.submit(() -> sockets.connect(loop, address, 10_000, events))
                .get(SECONDS, TimeUnit.SECONDS);
        connected.get(SECONDS, TimeUnit.SECONDS);
        return socket;
    }

    private static void sendUntil(CompletableFuture<Throwable> failure, Socket socket) throws IOException {
        byte[] message = new byte[1000];
        try {
            while (!failure.isDone()) {
                socket.getOutputStream().write(message);
            }
        } catch (IOException e) {
            if (!failure.isDone()) {
                throw e;
            }
        }
    }

    /** How much came at once, at most. */
    private static final class Sizes implements StreamSocket.Events {

        private volatile int most;

        @Override
        public void onBytes(int bytes) {
            most = Math.max(most, bytes);
        }

        @Override
        public void onBroken(Throwable cause) {
            // it ends with its event loop; before, what is read would be missing
        }
    }

    private static final class WithoutMemory extends AbstractByteBufAllocator {

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            throw new OutOfMemoryError("none left");
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            throw new OutOfMemoryError("none left");
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }
}
