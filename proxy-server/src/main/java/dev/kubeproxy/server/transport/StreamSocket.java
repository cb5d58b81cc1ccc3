package dev.kubeproxy.server.transport;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One side of a TCP connection: a socket that hands what it receives to another one. Confined to its event loop from
 * {@link #open} on; {@link StreamSockets} makes them.
 */
public interface StreamSocket {

    /**
     * What a socket tells of itself, on its event loop. Of what its owner does by calling {@link #end} or {@link #reset} it tells
     * nothing, and after these nothing more.
     */
    @FunctionalInterface
    interface Events {

        /** It was reset, could not be connected, or failed otherwise; it is of no use any more, and is to be reset. */
        void onBroken(Throwable cause);

        default void onConnected() {}

        /** So many bytes were received and are on their way to the sink. */
        default void onBytes(int bytes) {}

        /** The peer has sent its FIN, and all that came before it has been taken by the sink's socket. */
        default void onEnd() {}
    }

    /** Who is on the other end. Null where that is gone already, with the socket. */
    @Nullable
    InetSocketAddress remoteAddress();

    /** Null where it is gone already. */
    @Nullable
    InetSocketAddress localAddress();

    /**
     * Gives an accepted socket to the event loop, which calls this. Nothing is read yet: what the client sends waits in
     * the kernel, but that it has reset the connection is told, where the transport tells.
     */
    void open(EventLoop loop, Events events);

    /**
     * From now on hands what it receives to the sink, its equal on the same event loop, as fast as that takes it: a slow
     * reader bounds memory (rule F6).
     *
     * @param told in the place of those that were told until now
     */
    void relayTo(StreamSocket sink, Events told);

    /**
     * Sends FIN. Nothing may be handed to this socket afterwards.
     *
     * @return false where the socket is broken
     */
    boolean shutdownOutput();

    /**
     * Has the kernel notice within a minute that the peer of an idle connection is gone. Without effect on a socket that is
     * closed.
     */
    void keepAlive();

    /** Closes it; the peer sees a FIN where it has not seen one. */
    void end();

    /** Closes it, also one that no event loop has; the peer sees a reset. */
    void reset();
}
