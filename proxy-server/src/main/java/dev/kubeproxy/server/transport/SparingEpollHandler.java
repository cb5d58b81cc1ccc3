package dev.kubeproxy.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Netty's epoll handler, which tells the kernel what channels wait for once before each wait, not at each change: most
 * changes of a short connection undo each other or end with it. Confined to its event loop, as that is.
 *
 * <p>What it does for each channel is {@link EpollInterest}'s.
 */
final class SparingEpollHandler implements IoHandler {

    private final IoHandler epoll;
    private final Queue<EpollInterest> changed = new ArrayDeque<>();
    private long turn;

    private SparingEpollHandler(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new SparingEpollHandler(epoll.newHandler(executor));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        for (EpollInterest interest = changed.poll(); interest != null; interest = changed.poll()) {
            interest.settle();
        }
        turn++;
        return epoll.run(context);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        EpollInterest interest = new EpollInterest((EpollIoHandle) handle, changed::add, () -> turn);
        interest.registeredAs(epoll.register(interest));
        ((Channel.Unsafe) handle)
                .voidPromise()
                .channel()
                .attr(EpollInterest.KEY)
                .set(interest);
        return interest;
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
