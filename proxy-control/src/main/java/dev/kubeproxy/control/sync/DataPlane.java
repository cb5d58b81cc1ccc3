package dev.kubeproxy.control.sync;

import dev.kubeproxy.server.model.UpdateSink;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * What the sync thread asks of the data plane.
 *
 * @param sink takes updates
 * @param inUse true while a connection goes through the address
 */
public record DataPlane(UpdateSink sink, Predicate<InetAddress> inUse) {}
