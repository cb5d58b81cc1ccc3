package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.transport.Splicing;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;

/** Opens upstream channels. Immutable; any event loop may use it. */
final class Dialer {

    private final Bootstrap template;
    private final DialPolicy policy;
    private final Splicing splicing;
    private final Ticker ticker;

    Dialer(Bootstrap template, DialPolicy policy, Splicing splicing, Ticker ticker) {
        this.template = template;
        this.policy = policy;
        this.splicing = splicing;
        this.ticker = ticker;
    }

    int attempts() {
        return policy.attempts();
    }

    long nanos() {
        return ticker.nanos();
    }

    /**
     * Connects on the connection's event loop; what the backend sends goes to the client.
     *
     * @param attempt the attempt's number, from 0, sets its timeout
     */
    ChannelFuture dial(TcpConnection connection, Backend backend, int attempt) {
        Channel downstream = connection.downstream();
        return template.clone(downstream.eventLoop())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, policy.timeoutMillis(attempt))
                .handler(new RelayHandler(connection, RelayHandler.Side.BACKEND, downstream, splicing))
                .connect(backend.address());
    }

    /** What hands the client's bytes to the backend that has answered. */
    RelayHandler toBackend(TcpConnection connection, Channel upstream) {
        return new RelayHandler(connection, RelayHandler.Side.CLIENT, upstream, splicing);
    }
}
