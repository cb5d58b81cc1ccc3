package dev.kubeproxy.server.observe;

import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ServicePortName;

/** Watches the data plane. Thread-safe. */
public interface ProxyObserver {

    ProxyObserver NOOP = new ProxyObserver() {};

    /** The observer of one service port; the same one for the same name until {@link #onServicePortGone}. */
    default ServicePortObserver servicePort(ServicePortName name) {
        return ServicePortObserver.NOOP;
    }

    /** The service port is no longer desired. Its running connections may still report. */
    default void onServicePortGone(ServicePortName name) {}

    /** A listener came to be bound, failed or waits for another Service. */
    default void onListener(ListenerStatus status) {}

    /** A listener was closed for good. */
    default void onListenerClosed(ListenerStatus last) {}

    /** An update swapped the pools of so many service ports, within {@code nanos} of being told. Called on the sync thread. */
    default void onPoolSwaps(int servicePorts, long nanos) {}

    /** An event loop did what was due {@code nanos} later than it was to. */
    default void onEventLoopLag(long nanos) {}

    /** Accepting stopped for want of file descriptors; called once an episode (rule F4). */
    default void onDescriptorsExhausted() {}

    /** Accepting goes on. */
    default void onDescriptorsAvailable() {}
}
