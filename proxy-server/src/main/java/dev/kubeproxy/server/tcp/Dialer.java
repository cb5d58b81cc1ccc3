package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Backend;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;

/** Opens upstream channels. Immutable; any event loop may use it. */
final class Dialer {

    private final Bootstrap template;
    private final DialPolicy policy;
    private final Ticker ticker;

    Dialer(Bootstrap template, DialPolicy policy, Ticker ticker) {
        this.template = template;
        this.policy = policy;
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
                .handler(new RelayHandler(connection, RelayHandler.Side.BACKEND, downstream))
                .connect(backend.address());
    }
}
