package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.ServiceHealth;
import dev.kubeproxy.server.model.ServiceName;
import java.util.Map;
import java.util.Optional;

/** Where load balancers get their answers from. Called on the sync thread only; returns soon and does not throw. */
@FunctionalInterface
public interface ServiceHealthSink {

    ServiceHealthSink NONE = _ -> {};

    /**
     * Takes what changed, Service by Service.
     *
     * @param changed empty for a Service that no load balancer asks after, or that is gone
     */
    void apply(Map<ServiceName, Optional<ServiceHealth>> changed);
}
