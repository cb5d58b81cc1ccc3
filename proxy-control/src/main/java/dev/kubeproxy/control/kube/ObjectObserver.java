package dev.kubeproxy.control.kube;

import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;

/** Sees the objects that the source reads, as they are in the API. Called by the watches' threads; returns at once. */
public interface ObjectObserver {

    ObjectObserver NONE = new ObjectObserver() {};

    default void onSeen(Service service) {}

    default void onSeen(EndpointSlice slice) {}

    /** The Service is no more, or none that is read any more; whether it was served or not. */
    default void onGone(ServiceName service) {}
}
