/** How sockets are made: the only package that knows which of Netty's transports is in use. */
@NullMarked
package dev.kubeproxy.server.transport;

import org.jspecify.annotations.NullMarked;
