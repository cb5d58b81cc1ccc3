package dev.kubeproxy.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.AttributeKey;
import java.util.function.LongSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between Netty's epoll handler and a channel, as the handle of the one, and keeps what concerns one socket from the
 * others. Confined to their event loop.
 *
 * <p>An event is brought to its handle by the number of the descriptor: when one of those of a turn closes a socket, what
 * is left of its events comes to the new socket that got the number, as a FIN or a failure that is not its own. So a
 * channel hears of nothing in the turn in which it was registered; what is true of it comes again in the next.
 *
 * <p>An exception would cost all that come after it in the turn their events, which {@link EpollStream}s do not get again.
 */
@SuppressWarnings("try") // the interface's close may throw anything
final class EpollChannelHandle implements EpollIoHandle {

    private static final Logger LOG = LogManager.getLogger();

    /** Where a channel that is registered with epoll has its own. */
    private static final AttributeKey<EpollChannelHandle> KEY = AttributeKey.valueOf(EpollChannelHandle.class, "KEY");

    private final EpollIoHandle channel;
    private final LongSupplier turn;
    private final long registeredIn;
    private @Nullable Runnable reader;

    /**
     * Of a channel that is being registered.
     *
     * @param turn the number of the loop's wait, from which all events come that are handled now
     */
    EpollChannelHandle(EpollIoHandle channel, LongSupplier turn) {
        this.channel = channel;
        this.turn = turn;
        this.registeredIn = turn.getAsLong();
    }

    /** That of a channel that is registered with epoll. */
    static EpollChannelHandle of(Channel registered) {
        return registered.attr(KEY).get();
    }

    void belongsTo(Channel registered) {
        registered.attr(KEY).set(this);
    }

    /** From now on the reader runs, in the channel's place, when there is something to read and nothing else. */
    void readBy(Runnable task) {
        reader = task;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (turn.getAsLong() == registeredIn) {
            return; // another's that had the descriptor's number before
        }
        try {
            if (reader != null && ((EpollIoEvent) event).ops().equals(EpollIoOps.EPOLLIN)) {
                reader.run();
            } else {
                channel.handle(registration, event);
            }
        } catch (Throwable e) {
            LOG.error("A fault in a listener or a datagram socket, which goes on", e);
        }
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
}
