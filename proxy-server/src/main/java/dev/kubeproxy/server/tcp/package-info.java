/**
 * TCP from accept to close: {@code AcceptHandler} → {@code DialHandler} → two {@code RelayHandler}s. Both sides of a
 * connection live on one event loop, which runs all of this package but {@link dev.kubeproxy.server.tcp.TcpProxy}.
 */
@NullMarked
package dev.kubeproxy.server.tcp;

import org.jspecify.annotations.NullMarked;
