package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.transport.StreamSocket;
import dev.kubeproxy.server.transport.StreamSockets;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;

/** What all dials have in common. Immutable; any event loop may use it. */
record Dialer(StreamSockets sockets, OwnFrontends own, DialPolicy policy, Ticker ticker) {

    int attempts() {
        return policy.attempts();
    }

    long nanos() {
        return ticker.nanos();
    }

    /** True where a dial would only come back to this proxy. */
    boolean leadsBack(Backend backend) {
        return own.include(backend, Protocol.TCP);
    }

    /**
     * Connects, on the event loop, which calls this.
     *
     * @param attempt the attempt's number, from 0, sets its timeout
     * @throws ChannelException where there is no descriptor for a socket
     */
    StreamSocket dial(EventLoop loop, Backend backend, int attempt, StreamSocket.Events events) {
        return sockets.connect(loop, backend.address(), policy.timeoutMillis(attempt), events);
    }
}
