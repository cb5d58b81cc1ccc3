package dev.kubeproxy.control.sync;

import java.net.InetAddress;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * What the sync thread asks of the machine it runs on.
 *
 * @param claims makes service addresses local
 * @param addresses reads the addresses of the machine's interfaces
 */
public record LocalNode(AddressClaims claims, Supplier<? extends Collection<InetAddress>> addresses) {}
