package dev.kubeproxy.server.transport;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/**
 * Netty's epoll handler, whose registrations last while a channel waits for nothing, and which tells a channel of its own
 * events only. Confined to its event loop, as that is.
 *
 * <p>Since 4.2.13 (netty/netty#16689) a channel without anything to wait for is taken out of epoll but still counts as
 * added, so that waiting again fails with ENOENT and the channel is closed. A connection comes there when its client has
 * sent FIN and then reads its answer slowly. Waiting edge-triggered for no event keeps it in epoll and wakes nobody.
 *
 * <p>Netty finds the channel of an event by the descriptor's number. When one event of a turn closes a connection and
 * the next one accepts another, the new sockets get the old numbers, and the closed one's events that are left of this
 * turn come to them: a socket that still connects is then read, and fails. So a channel hears of nothing in the turn in
 * which it was registered; epoll tells what is true of it in the next.
 */
final class LastingEpollHandler implements IoHandler {

    private final IoHandler epoll;
    private long turn;

    private LastingEpollHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new LastingEpollHandler(epoll.newHandler(executor));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        turn++;
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new LastingRegistration(epoll.register(new OwnEvents((EpollIoHandle) handle)));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** Keeps from a handle the events of the one that had its descriptor before. */
    @SuppressWarnings("try") // the interface's close may throw anything
    private final class OwnEvents implements EpollIoHandle {

        private final EpollIoHandle handle;
        private final long registeredIn = turn;

        OwnEvents(EpollIoHandle handle) {
            this.handle = handle;
        }

        @Override
        public FileDescriptor fd() {
            return handle.fd();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (turn > registeredIn) {
                handle.handle(registration, event);
            }
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        @Override
        public void close() throws Exception {
            handle.close();
        }
    }

    private record LastingRegistration(IoRegistration registration) implements IoRegistration {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is the interface's
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            return registration.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
