package dev.kubeproxy.control.access;

import dev.kubeproxy.control.access.AccessRecord.Amount;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Adds up what one connection or UDP session does, and logs it when it ends. Confined to its event loop. */
final class LoggedConnection implements PassingServicePortObserver {

    private final AccessLog log;
    private final ServicePortName name;
    private final ServicePortObserver next;
    private final InetSocketAddress client;
    private final InetSocketAddress frontend;
    private final long opened;
    private @Nullable Backend backend;
    private int attempts;
    private long bytesFromClient;
    private long bytesFromBackend;
    private long datagramsFromClient;
    private long datagramsFromBackend;

    LoggedConnection(
            AccessLog log,
            ServicePortName name,
            ServicePortObserver next,
            InetSocketAddress client,
            InetSocketAddress frontend) {
        this.log = log;
        this.name = name;
        this.next = next;
        this.client = client;
        this.frontend = frontend;
        this.opened = log.nanos();
    }

    @Override
    public ServicePortObserver next() {
        return next;
    }

    /** An attempt to reach the backend was made. */
    void dialled(Backend dialled) {
        backend = dialled;
        attempts++;
    }

    @Override
    public void onDial(Backend dialled, long nanos) {
        dialled(dialled);
        next.onDial(dialled, nanos);
    }

    @Override
    public void onDialFailure(Backend dialled, long nanos) {
        dialled(dialled);
        next.onDialFailure(dialled, nanos);
    }

    @Override
    public void onBytesFromClient(int bytes) {
        bytesFromClient += bytes;
        next.onBytesFromClient(bytes);
    }

    @Override
    public void onBytesFromBackend(int bytes) {
        bytesFromBackend += bytes;
        next.onBytesFromBackend(bytes);
    }

    @Override
    public void onDatagramFromClient(int bytes) {
        bytesFromClient += bytes;
        datagramsFromClient++;
        next.onDatagramFromClient(bytes);
    }

    @Override
    public void onDatagramFromBackend(int bytes) {
        bytesFromBackend += bytes;
        datagramsFromBackend++;
        next.onDatagramFromBackend(bytes);
    }

    @Override
    public void onClose(CloseReason reason) {
        next.onClose(reason);
        ended(reason);
    }

    @Override
    public void onSessionClose(CloseReason reason) {
        next.onSessionClose(reason);
        ended(reason);
    }

    private void ended(CloseReason reason) {
        if (log.wants(reason)) {
            log.add(new AccessRecord(
                    Instant.now(),
                    name,
                    client,
                    frontend,
                    backend,
                    new Amount(bytesFromClient, datagramsFromClient),
                    new Amount(bytesFromBackend, datagramsFromBackend),
                    Duration.ofNanos(log.nanos() - opened),
                    attempts,
                    reason));
        }
    }
}
