package dev.kubeproxy.control.sync;

import dev.kubeproxy.server.model.UpdateSink;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * What the sync thread asks of those that act on its decisions.
 *
 * @param sink takes updates
 * @param inUse true while a connection goes through the address
 * @param health takes what load balancers are to be told
 */
public record DataPlane(UpdateSink sink, Predicate<InetAddress> inUse, ServiceHealthSink health) {

    /** One that no load balancer asks. */
    public DataPlane(UpdateSink sink, Predicate<InetAddress> inUse) {
        this(sink, inUse, ServiceHealthSink.NONE);
    }
}
