/**
 * The UDP path: a client's datagram reaches {@code DatagramHandler}, which finds or opens the client's {@code
 * UdpSession}; its connected socket sends to the backend, and {@code ReplyHandler} sends what comes back through the
 * listener's socket. Imports {@code model}, {@code balance}, {@code observe}, {@code limit}, {@code transport} and
 * Netty. A listener, its sessions and their sockets live on one event loop, which alone touches them.
 */
@NullMarked
package dev.kubeproxy.server.udp;

import org.jspecify.annotations.NullMarked;
