/**
 * TCP from accept to close: {@code AcceptHandler} → {@code Dial} → two {@code RelayEvents}. Both sides of a
 * connection live on one event loop, which runs all of this package but {@link dev.kubeproxy.server.tcp.TcpProxy}.
 */
@NullMarked
package dev.kubeproxy.server.tcp;

import org.jspecify.annotations.NullMarked;
