package dev.kubeproxy.server.tcp;

import dev.kubeproxy.server.balance.Pick;
import dev.kubeproxy.server.limit.LocalPorts;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.transport.StreamSocket;
import io.netty.channel.ChannelException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;

/**
 * Step 2 of 3 on the TCP path: one attempt to connect to a backend, followed by another one, with another backend, where
 * it fails (rule F1). The client's socket is not read meanwhile, so what it sends waits there (rule F5).
 */
final class Dial implements StreamSocket.Events {

    private final TcpConnection connection;
    private final Dialer dialer;
    private final Backend backend;
    private final List<Backend> failed;
    private final long start;

    private Dial(TcpConnection connection, Dialer dialer, Backend backend, List<Backend> failed) {
        this.connection = connection;
        this.dialer = dialer;
        this.backend = backend;
        this.failed = failed;
        this.start = dialer.nanos();
    }

    /** Goes on until a backend answers, the attempts are used up, or the connection is closed. */
    static void start(TcpConnection connection, Dialer dialer) {
        start(connection, dialer, List.of());
    }

    /** @param failed the backends of the attempts so far */
    private static void start(TcpConnection connection, Dialer dialer, List<Backend> failed) {
        try {
            switch (connection.route().picker(connection.client()).pick(connection.client(), failed)) {
                case Pick.Refused(CloseReason reason) -> connection.reset(reason);
                case Pick.Chosen(Backend backend) -> new Dial(connection, dialer, backend, failed).start();
            }
        } catch (ChannelException _) { // the process has run out, whatever the budget says
            connection.reset(CloseReason.NO_DESCRIPTOR);
        } catch (RuntimeException | Error fault) { // whoever called does not know this connection
            connection.reset(CloseReasons.of(fault, CloseReason.INTERNAL));
        }
    }

    private void start() {
        if (dialer.leadsBack(backend)) {
            onBroken(new ConnectException("the endpoint is a frontend of this proxy"));
            return;
        }
        connection.dialling(dialer.dial(connection.loop(), backend, failed.size(), this));
    }

    /** A backend may have left the Service while it was dialled: the client need not know (rule D9). */
    @Override
    public void onConnected() {
        connection.observer().onDial(backend, dialer.nanos() - start);
        if (connection.route().drain().current().keeps(backend)) {
            connection.relay(backend);
        } else {
            tryAnother(CloseReason.DIAL_FAILED);
        }
    }

    @Override
    public void onBroken(Throwable cause) {
        connection.observer().onDialFailure(backend, dialer.nanos() - start);
        if (connection.loop().isShuttingDown()) {
            connection.reset(CloseReason.SHUTDOWN);
        } else {
            tryAnother(LocalPorts.ranOut(cause) ? CloseReason.NO_DESCRIPTOR : CloseReason.DIAL_FAILED);
        }
    }

    /** @param reason to tell where this was the last attempt */
    private void tryAnother(CloseReason reason) {
        connection.giveUpDialling();
        List<Backend> tried = new ArrayList<>(failed);
        tried.add(backend);
        if (tried.size() < dialer.attempts()) {
            connection.observer().onDialRetry();
            start(connection, dialer, tried);
        } else {
            connection.reset(reason);
        }
    }
}
