package dev.kubeproxy.server.transport;

import static java.util.Objects.requireNonNull;

import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A socket without a channel: a handle of Netty's epoll handler. A channel, its pipeline and its promises cost a short
 * connection a quarter of all that is done for it, the kernel's part included (docs/performance.md).
 *
 * <p>The kernel watches it edge-triggered, so it need not be told of each change of what is waited for: what it said is
 * kept here ({@link #isReadable}) until it has been made use of.
 */
final class EpollStream implements StreamSocket, EpollIoHandle {

    private static final Logger LOG = LogManager.getLogger();

    private static final int READABLE = EpollIoOps.EPOLLIN.value();
    private static final int WRITABLE = EpollIoOps.EPOLLOUT.value();
    private static final int FAILED = EpollIoOps.EPOLLERR.value();
    /** EPOLLPRI and EPOLLHUP, for which Netty has no names. */
    private static final int URGENT = 0x2;

    private static final int HANG_UP = 0x10;
    /** More may stand behind what a call receives: a FIN, a failure, an urgent mark. */
    private static final int BEHIND = EpollIoOps.EPOLLRDHUP.value() | URGENT | FAILED | HANG_UP;

    private static final EpollIoOps READING =
            EpollIoOps.valueOf(READABLE | URGENT | EpollIoOps.EPOLLRDHUP.value() | EpollIoOps.EPOLLET.value());
    private static final EpollIoOps READING_AND_WRITING = READING.with(EpollIoOps.EPOLLOUT);

    /** So many events a short connection may have that say that it could write. */
    private static final int MOST_IN_VAIN = 4;

    private final Socket socket;
    private final InetSocketAddress remote;
    private final StreamSockets streams;
    private Events events = _ -> {};
    private @Nullable IoRegistration registration;
    private @Nullable LongSupplier turn;
    private long registeredIn;
    private @Nullable Future<?> timeout;
    private @Nullable ByteRelay incoming;
    private @Nullable ByteRelay outgoing;
    private EpollIoOps watched = READING;
    private int writableInVain;
    private boolean connecting;
    private boolean readable;
    private boolean thorough;
    private boolean closed;

    EpollStream(Socket socket, InetSocketAddress remote, StreamSockets streams) {
        this.socket = socket;
        this.remote = remote;
        this.streams = streams;
    }

    /** One that is yet to connect. */
    static EpollStream toConnect(InetSocketAddress address, StreamSockets streams) {
        return new EpollStream(LinuxSocket.newSocketStream(Transport.family(address.getAddress())), address, streams);
    }

    void connect(EventLoop onLoop, int timeoutMillis, Events told) {
        events = told;
        connecting = true;
        watched = READING_AND_WRITING;
        try {
            socket.setTcpNoDelay(true);
            socket.connect(remote); // that it is done is told as where that takes a while
            register(onLoop);
            timeout = onLoop.schedule(this::onTimeout, timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            onLoop.execute(() -> breakBy(e));
        } catch (RuntimeException | Error e) {
            end();
            throw e;
        }
    }

    @Override
    public void open(EventLoop onLoop, Events told) {
        events = told;
        try {
            register(onLoop);
        } catch (IOException e) {
            breakBy(e);
        }
    }

    private void register(EventLoop onLoop) throws IOException {
        Future<IoRegistration> registered = ((IoEventLoop) onLoop).register(this);
        if (registered.cause() != null) {
            throw new IllegalStateException("the event loop does not take a connection", registered.cause());
        }
        registration = registered.getNow();
        try {
            watch(watched);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * The event loop's handler takes it.
     *
     * @param turnOfLoop as {@link EpollChannelHandle}'s
     */
    void registeredWith(LongSupplier turnOfLoop) {
        turn = turnOfLoop;
        registeredIn = turnOfLoop.getAsLong();
    }

    @Override
    public void handle(IoRegistration ours, IoEvent event) {
        if (closed || requireNonNull(turn).getAsLong() == registeredIn) {
            return; // another's that had the descriptor's number before
        }
        try {
            handle(((EpollIoEvent) event).ops().value());
        } catch (Throwable e) { // it would end the event loop's turn for all others
            breakBy(e);
        }
    }

    private void handle(int came) throws IOException {
        if (connecting) {
            onConnected(came);
        }
        readable |= (came & (READABLE | BEHIND)) != 0;
        thorough |= (came & BEHIND) != 0;
        if (incoming != null) { // first, since a send would meet the reset that stands behind a last answer
            incoming.run();
        }
        if ((came & WRITABLE) != 0 && outgoing != null) {
            outgoing.run();
            onWritable();
        }
        if ((came & FAILED) != 0 && !closed && (incoming == null || !incoming.isReading())) {
            breakBy(new IOException("the connection failed, errno " + socket.getSoError()));
        }
    }

    private void onConnected(int came) throws IOException {
        if ((came & (FAILED | HANG_UP)) != 0) {
            socket.finishConnect(); // which throws what the failure is
        }
        connecting = false;
        endTimeout();
        events.onConnected();
    }

    private void onTimeout() {
        breakBy(new ConnectTimeoutException("no answer from " + remote));
    }

    private void endTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    @Override
    public void relayTo(StreamSocket sink, Events told) {
        events = told;
        EpollStream to = (EpollStream) sink;
        incoming = new ByteRelay(this, to, streams.space(), streams.bulk());
        to.outgoing = incoming;
        incoming.run();
    }

    /** Tells the owner, unless that closed it. A fault of the owner's stays here: the event loop has others to serve. */
    void breakBy(Throwable cause) {
        if (closed) {
            return;
        }
        try {
            events.onBroken(cause);
        } catch (Throwable fault) {
            LOG.error("The end of a connection with {} was not told", remote, fault);
            reset();
        }
    }

    /** Sending to it failed: what it said before is passed on, a backend's refusal of an upload for instance. */
    void breakBySend(IOException cause) {
        if (!closed && incoming != null) {
            incoming.passOnLast();
        }
        breakBy(cause);
    }

    Events events() {
        return events;
    }

    Socket socket() {
        return socket;
    }

    /** True where the kernel has said that there is something to receive, and has not said since that there is not. */
    boolean isReadable() {
        return readable && !closed;
    }

    /** Less came than was asked for: as a rule that was all, and the kernel will say when there is more. */
    void onDrained() {
        readable = thorough;
    }

    /** True where it is to be received until nothing comes: only so a FIN or a failure is met, or an urgent mark passed. */
    boolean isThorough() {
        return thorough;
    }

    /** There was nothing to receive. */
    void onNothing() {
        readable = false;
        thorough = false;
    }

    /** Something came that what goes to it may be an answer to. */
    void expectAnswer() {
        if (outgoing != null) {
            outgoing.expectAnswer();
        }
    }

    /** It did not take all: its outgoing relay runs when it can take more. */
    void awaitWritable() {
        writableInVain = 0;
        if (!watched.equals(READING_AND_WRITING)) {
            watch(READING_AND_WRITING);
        }
    }

    /** With the readiness to write in it, each event makes Netty allocate: a connection that lasts gets on without. */
    private void onWritable() {
        writableInVain++;
        if (writableInVain == MOST_IN_VAIN
                && !closed
                && requireNonNull(outgoing).isIdle()) {
            watch(READING);
        }
    }

    /** Others have their turn before there is more of this: told to watch anew, the kernel says anew what is true. */
    void giveWay() {
        watch(watched);
    }

    private void watch(EpollIoOps next) {
        watched = next;
        requireNonNull(registration).submit(next);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return socket.localAddress();
    }

    @Override
    public boolean shutdownOutput() {
        try {
            socket.shutdown(false, true);
            return true;
        } catch (IOException | NotYetConnectedException _) {
            return false;
        }
    }

    @Override
    public void keepAlive() {
        if (!closed) {
            try {
                Transport.keepAlive(socket);
            } catch (IOException e) { // the connection is broken, which nobody has been told yet
                LOG.trace("No keep-alive for the connection to {}", remote, e);
            }
        }
    }

    @Override
    public void reset() {
        if (!closed) {
            try {
                socket.setSoLinger(0);
            } catch (IOException e) {
                LOG.trace("The connection to {} is broken already", remote, e);
            }
            end();
        }
    }

    /** The event loop ends, and all that it has with it. */
    @Override
    public void close() {
        breakBy(new ClosedChannelException());
        end();
    }

    @Override
    public void end() {
        if (closed) {
            return;
        }
        closed = true;
        endTimeout();
        try {
            socket.close();
        } catch (IOException e) {
            LOG.warn("Closing a connection to {} failed: {}", remote, e.toString());
        }
        if (registration != null) {
            registration.cancel();
        }
        if (outgoing != null) {
            outgoing.discard();
        }
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }
}
