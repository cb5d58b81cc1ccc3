package dev.kubeproxy.control.access;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.BackendPool;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.util.function.IntSupplier;

/** An observer of a service port that passes on what it is told. */
interface PassingServicePortObserver extends ServicePortObserver {

    ServicePortObserver next();

    @Override
    default void onPool(BackendPool pool) {
        next().onPool(pool);
    }

    @Override
    default void onServed(IntSupplier pinnedClients) {
        next().onServed(pinnedClients);
    }

    @Override
    default void onAccept() {
        next().onAccept();
    }

    @Override
    default void onDial(Backend backend, long nanos) {
        next().onDial(backend, nanos);
    }

    @Override
    default void onDialFailure(Backend backend, long nanos) {
        next().onDialFailure(backend, nanos);
    }

    @Override
    default void onDialRetry() {
        next().onDialRetry();
    }

    @Override
    default void onBytesFromClient(int bytes) {
        next().onBytesFromClient(bytes);
    }

    @Override
    default void onBytesFromBackend(int bytes) {
        next().onBytesFromBackend(bytes);
    }

    @Override
    default void onClose(CloseReason reason) {
        next().onClose(reason);
    }

    @Override
    default void onSessionOpen() {
        next().onSessionOpen();
    }

    @Override
    default void onDatagramFromClient(int bytes) {
        next().onDatagramFromClient(bytes);
    }

    @Override
    default void onDatagramFromBackend(int bytes) {
        next().onDatagramFromBackend(bytes);
    }

    @Override
    default void onDatagramDropped(CloseReason reason) {
        next().onDatagramDropped(reason);
    }

    @Override
    default void onSessionClose(CloseReason reason) {
        next().onSessionClose(reason);
    }
}
