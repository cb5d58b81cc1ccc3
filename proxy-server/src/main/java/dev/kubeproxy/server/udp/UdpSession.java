package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client of a listener, one backend, and the connected socket through which that sees the client (rule G1). Answers
 * go to the client from the listener's address, whichever backend they come from (rule G9).
 */
final class UdpSession {

    /** How far the talk has come. */
    enum Phase {
        /** Nothing came back yet. */
        WAITING,
        /** The backend answered, but datagrams did not go both ways more than once. */
        ANSWERED,
        /** Datagrams went both ways more than once. */
        STREAM
    }

    private static final Logger LOGGER = LogManager.getLogger();

    /** A socket's queue is full: the newest datagram gives way to those before it. */
    private static final CloseReason NO_ROOM = CloseReason.EVICTED;

    private final DatagramHandler listener;
    private final InetSocketAddress client;
    private ServicePortObserver observer;
    private final ReplyHandler upstream;
    private final SessionsByAge.Link inLoop = new SessionsByAge.Link(this);
    private final SessionsByAge.Link inListener = new SessionsByAge.Link(this);
    private @Nullable UdpSession olderOfClient;
    private long usedAt;
    private long fromClient;
    private long fromBackend;
    private @Nullable CloseReason end;

    UdpSession(
            DatagramHandler listener, InetSocketAddress client, ServicePortObserver observer, ReplyHandler upstream) {
        this.listener = listener;
        this.client = client;
        this.observer = observer;
        this.upstream = upstream;
    }

    /** Why it ended at once, as where the backend cannot be reached; null where it goes on. */
    @Nullable
    CloseReason open() {
        upstream.attach(this);
        listener.sessions().add(this);
        listener.table().add(this);
        observer.onSessionOpen();
        LOGGER.trace("session of {} opened to {}", client, upstream.backend());
        upstream.connect();
        return end;
    }

    /**
     * Sends a datagram of the client to the backend; where it has to wait, {@link #flush} sends it.
     *
     * @return false where it did not go, since the kernel told now that the backend had refused the one before
     */
    boolean send(ByteBuf payload) {
        if (!DatagramQueue.takes(upstream.channel(), payload)) {
            observer.onDatagramDropped(NO_ROOM);
            return true;
        }
        fromClient++;
        listener.table().refresh(this);
        DatagramQueue.send(upstream.channel(), payload, null);
        if (end != null) {
            return false;
        }
        observer.onDatagramFromClient(payload.readableBytes());
        return true;
    }

    void flush() {
        DatagramQueue.flush(upstream.channel());
    }

    /** Sends a datagram of the backend to the client, by the listener's socket: its source is the frontend. */
    void reply(ByteBuf payload) {
        if (!DatagramQueue.takes(listener.channel(), payload)) {
            observer.onDatagramDropped(NO_ROOM);
            return;
        }
        observer.onDatagramFromBackend(payload.readableBytes());
        fromBackend++;
        listener.table().refresh(this);
        DatagramQueue.send(listener.channel(), payload, client);
    }

    void flushReplies() {
        DatagramQueue.flush(listener.channel());
    }

    /** The backend cannot be reached: the client's next datagram goes elsewhere (rule G7). */
    void refused() {
        listener.refused().remember(client, upstream.backend());
        end(CloseReason.DIAL_FAILED);
    }

    /** The listener is another Service's now, of which its backend is one, too: from here on it counts for that one. */
    void handOver(ServicePortObserver to) {
        observer.onSessionClose(CloseReason.COMPLETED);
        observer = to;
        observer.onSessionOpen();
    }

    /** A fault of this program on the way back to the client: it costs a datagram, not the session. */
    void onFault(Throwable fault) {
        listener.onFault(fault);
    }

    /** Ends once; the socket serves another session if its backend owes this one nothing. */
    void end(CloseReason reason) {
        if (end != null) {
            return;
        }
        end = reason;
        listener.table().remove(this);
        listener.sessions().remove(this);
        flush();
        boolean settled = fromClient == 1 && fromBackend == 1;
        boolean room = reason == CloseReason.IDLE || reason == CloseReason.EVICTED;
        upstream.detach(settled && room);
        observer.onSessionClose(reason);
        LOGGER.trace("session of {} to {} ended: {}", client, upstream.backend(), reason);
    }

    Phase phase() {
        if (fromBackend == 0) {
            return Phase.WAITING;
        }
        return fromClient > 1 && fromBackend > 1 ? Phase.STREAM : Phase.ANSWERED;
    }

    InetSocketAddress client() {
        return client;
    }

    Backend backend() {
        return upstream.backend();
    }

    ListenerSessions siblings() {
        return listener.sessions();
    }

    /** The client's next older session, with another backend. */
    @Nullable
    UdpSession olderOfClient() {
        return olderOfClient;
    }

    void olderOfClient(@Nullable UdpSession older) {
        olderOfClient = older;
    }

    SessionsByAge.Link inLoop() {
        return inLoop;
    }

    SessionsByAge.Link inListener() {
        return inListener;
    }

    long usedAt() {
        return usedAt;
    }

    void usedAt(long nanos) {
        usedAt = nanos;
    }
}
