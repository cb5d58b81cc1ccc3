package dev.kubeproxy.control.node;

import java.net.InetAddress;

/**
 * A route of ours that makes an address local.
 *
 * @param instance the number of the run that made it (see {@link Instances}); 0 where the route has no metric
 */
record LocalRoute(InetAddress address, int instance) {}
