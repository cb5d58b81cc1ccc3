package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.transport.ByteRelays;
import dev.kubeproxy.server.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;

/** Opens upstream channels. Immutable; any event loop may use it. */
final class Dialer {

    private final Transport transport;
    private final DialPolicy policy;
    private final ByteRelays relays;
    private final Ticker ticker;

    Dialer(Transport transport, DialPolicy policy, ByteRelays relays, Ticker ticker) {
        this.transport = transport;
        this.policy = policy;
        this.relays = relays;
        this.ticker = ticker;
    }

    int attempts() {
        return policy.attempts();
    }

    long nanos() {
        return ticker.nanos();
    }

    /**
     * Connects, on the connection's event loop, which calls this; what the backend sends goes to the client. Without
     * Netty's {@code Bootstrap}, which costs a short connection more than its relay.
     *
     * @param attempt the attempt's number, from 0, sets its timeout
     * @return fails with a {@link ChannelException} where there is no descriptor for a socket
     */
    ChannelFuture dial(TcpConnection connection, Backend backend, int attempt) {
        Channel downstream = connection.downstream();
        SocketChannel upstream;
        try {
            upstream = transport.newSocket(backend.address().getAddress());
        } catch (ChannelException e) {
            return downstream.newFailedFuture(e);
        }
        upstream.config().setAllowHalfClosure(true).setConnectTimeoutMillis(policy.timeoutMillis(attempt));
        upstream.pipeline().addLast(new RelayHandler(connection, RelayHandler.Side.BACKEND, downstream, relays));
        downstream.eventLoop().register(upstream);
        return upstream.connect(backend.address()).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** What hands the client's bytes to the backend that has answered. */
    RelayHandler toBackend(TcpConnection connection, Channel upstream) {
        return new RelayHandler(connection, RelayHandler.Side.CLIENT, upstream, relays);
    }
}
