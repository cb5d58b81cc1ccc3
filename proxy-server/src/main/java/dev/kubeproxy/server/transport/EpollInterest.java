package dev.kubeproxy.server.transport;

import static java.util.Objects.requireNonNull;

import io.netty.channel.IoEvent;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.AttributeKey;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What one channel waits for, and what the kernel was told of it. Stands between Netty's channel and Netty's epoll
 * handler, as the registration of the one and the handle of the other. Confined to their event loop.
 *
 * <p>A readiness that is not waited for any more stays with the kernel until it comes true: it is kept from the channel
 * then, and the kernel is told. Readiness to write is always true, so it is taken back before the next wait.
 *
 * <p>It also mends two faults of Netty's. An event is brought to its channel by the number of the descriptor: when one of
 * those of a turn closes a connection, what is left of its events comes to the new connection that got the number, as a
 * FIN or a failure that is not its own. So a channel hears of nothing in the turn in which it was registered; what is
 * true of it comes again in the next.
 *
 * <p>The other is there since 4.2.13 (netty/netty#16689): a channel that waits for nothing is taken out of epoll but still
 * counts as added, so that waiting again fails with ENOENT and closes it. A connection comes there when its client has
 * sent FIN and then reads its answer slowly. Here it stays, waiting edge-triggered for nothing.
 */
@SuppressWarnings("try") // the interface's close may throw anything
final class EpollInterest implements IoRegistration, EpollIoHandle {

    private static final Logger LOG = LogManager.getLogger();

    /** Where a channel that is registered with epoll has its own. */
    static final AttributeKey<EpollInterest> KEY = AttributeKey.valueOf(EpollInterest.class, "KEY");

    private static final int READABLE = EpollIoOps.EPOLLIN.value();
    private static final int HANG_UP = EpollIoOps.EPOLLRDHUP.value();
    /** What may stay with the kernel though nobody waits for it. */
    private static final int LASTING = READABLE | HANG_UP;
    /** What channels decide on by what they wait for; errors come always. */
    private static final int FILTERED = LASTING | EpollIoOps.EPOLLOUT.value();

    private final EpollIoHandle channel;
    private final Consumer<EpollInterest> changed;
    private final LongSupplier turn;
    private final long registeredIn;
    private @Nullable IoRegistration epoll;
    private int wanted;
    /** 0: not added yet. */
    private int told;
    /** Came true though nobody waited for it. */
    private int unwanted;

    private boolean settling;
    private @Nullable ByteRelay relay;

    /**
     * Of a channel that is being registered.
     *
     * @param changed takes those that are to {@link #settle} before the next wait
     * @param turn the number of the loop's wait, from which all events come that are handled now
     */
    EpollInterest(EpollIoHandle channel, Consumer<EpollInterest> changed, LongSupplier turn) {
        this.channel = channel;
        this.changed = changed;
        this.turn = turn;
        this.registeredIn = turn.getAsLong();
    }

    /** From now on the relay is asked first when bytes have come and nothing else. */
    void relayBy(ByteRelay byteRelay) {
        relay = byteRelay;
    }

    void registeredAs(IoRegistration registration) {
        epoll = registration;
    }

    /** Tells the kernel, where it has to know. */
    void settle() {
        settling = false;
        int next = wanted | (told & LASTING & ~unwanted);
        unwanted = 0;
        if (isValid()) {
            try {
                tell(next == 0 ? EpollIoOps.EPOLLET.value() : next);
            } catch (UncheckedIOException e) {
                LOG.warn("The kernel does not watch a connection, which is closed: {}", e.toString());
                closeChannel();
            }
        }
    }

    private void tell(int next) {
        if (next != told) {
            registration().submit(EpollIoOps.valueOf(next));
            told = next;
        }
    }

    @Override
    public long submit(IoOps ops) {
        wanted = ((EpollIoOps) ops).value();
        if (!isValid()) {
            return -1;
        }
        if (told == 0) {
            if (wanted != 0) {
                tell(firstInterest());
            }
        } else if ((wanted & ~told) != 0 || (told & ~wanted & ~LASTING) != 0) {
            settleSoon();
        }
        return wanted;
    }

    /** A connection is going to read soon. */
    private int firstInterest() {
        return (wanted & HANG_UP) != 0 ? wanted | LASTING : wanted;
    }

    private void settleSoon() {
        if (!settling) {
            settling = true;
            changed.accept(this);
        }
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (turn.getAsLong() == registeredIn) {
            return; // another's that had the descriptor's number before
        }
        EpollIoEvent epollEvent = (EpollIoEvent) event;
        int came = epollEvent.ops().value();
        int early = came & FILTERED & ~wanted;
        if (early == 0) {
            if (came != READABLE || relay == null || !relay.onReadable()) {
                channel.handle(this, event);
            }
            return;
        }
        unwanted |= early;
        settleSoon();
        if (came != early) {
            channel.handle(this, new Filtered(EpollIoOps.valueOf(came & ~early)));
        }
    }

    private record Filtered(EpollIoOps ops) implements EpollIoEvent {}

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is the interface's
    public <T> T attachment() {
        return registration().attachment();
    }

    @Override
    public boolean isValid() {
        return registration().isValid();
    }

    @Override
    public boolean cancel() {
        return registration().cancel();
    }

    @Override
    public FileDescriptor fd() {
        return channel.fd();
    }

    @Override
    public void registered() {
        channel.registered();
    }

    @Override
    public void unregistered() {
        channel.unregistered();
    }

    @Override
    public void close() throws Exception {
        channel.close();
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (Exception e) {
            LOG.warn("Closing failed", e);
        }
    }

    private IoRegistration registration() {
        return requireNonNull(epoll);
    }
}
