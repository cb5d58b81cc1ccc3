package dev.kubeproxy.server.observe;

import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ServicePortName;

/** An observer that looks at some of what it is told, and passes all of it on to the next. */
public interface PassingObserver extends ProxyObserver {

    ProxyObserver next();

    @Override
    default ServicePortObserver servicePort(ServicePortName name) {
        return next().servicePort(name);
    }

    @Override
    default void onServicePortGone(ServicePortName name) {
        next().onServicePortGone(name);
    }

    @Override
    default void onListener(ListenerStatus status) {
        next().onListener(status);
    }

    @Override
    default void onListenerClosed(ListenerStatus last) {
        next().onListenerClosed(last);
    }

    @Override
    default void onPoolSwaps(int servicePorts, long nanos) {
        next().onPoolSwaps(servicePorts, nanos);
    }

    @Override
    default void onEventLoopLag(long nanos) {
        next().onEventLoopLag(nanos);
    }

    @Override
    default void onDescriptorsExhausted() {
        next().onDescriptorsExhausted();
    }

    @Override
    default void onDescriptorsAvailable() {
        next().onDescriptorsAvailable();
    }
}
