package dev.kubeproxy.server.udp;

import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.Ticker;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/** What one event loop keeps for UDP, with the one timer that ends what is idle. */
final class UdpLoop {

    private static final long MOST_MILLIS_BETWEEN_SWEEPS = 1000;
    private static final int SWEEPS_IN_IDLE_TIME = 8;

    private final EventLoop loop;
    private final UdpSessionTable table;
    private final UpstreamSockets sockets;
    private final OwnFrontends own;
    private final Ticker ticker;
    private final long millisBetweenSweeps;
    private int listeners;
    private boolean sweeping;

    UdpLoop(
            EventLoop loop,
            UdpLimits limits,
            UdpSessionTable table,
            UpstreamSockets sockets,
            OwnFrontends own,
            Ticker ticker) {
        this.loop = loop;
        this.table = table;
        this.sockets = sockets;
        this.own = own;
        this.ticker = ticker;
        this.millisBetweenSweeps =
                Math.clamp(limits.idleAfterExchange().toMillis() / SWEEPS_IN_IDLE_TIME, 1, MOST_MILLIS_BETWEEN_SWEEPS);
    }

    UdpSessionTable table() {
        return table;
    }

    UpstreamSockets sockets() {
        return sockets;
    }

    OwnFrontends own() {
        return own;
    }

    Ticker ticker() {
        return ticker;
    }

    void listenerOpened() {
        listeners++;
    }

    void listenerClosed() {
        listeners--;
        if (listeners == 0) {
            sockets.closeFree();
        }
    }

    /** There is something that will be idle one day. */
    void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            var _ = loop.schedule(this::sweep, millisBetweenSweeps, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        table.expire();
        sockets.closeIdle();
        if (!table.isEmpty() || !sockets.noneFree()) {
            sweepLater();
        }
    }
}
