package dev.kubeproxy.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;

/**
 * Netty's epoll handler, with its turns counted for {@link EpollStream} and {@link EpollChannelHandle}. Confined to its
 * event loop, as that is.
 */
final class EpollHandler implements IoHandler {

    private final IoHandler epoll;
    private long turn;

    private EpollHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new EpollHandler(epoll.newHandler(executor));
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
    public IoRegistration register(IoHandle handle) throws Exception {
        if (handle instanceof EpollStream stream) {
            stream.registeredWith(() -> turn);
            return epoll.register(stream);
        }
        EpollChannelHandle ofChannel = new EpollChannelHandle((EpollIoHandle) handle, () -> turn);
        ofChannel.belongsTo(((Channel.Unsafe) handle).voidPromise().channel());
        return epoll.register(ofChannel);
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
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }
}
