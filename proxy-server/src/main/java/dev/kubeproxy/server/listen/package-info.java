/**
 * Which sockets are open: one for each frontend that has backends. {@link dev.kubeproxy.server.listen.ListenerSet} is
 * told by the sync thread; what happens to a socket happens on its event loop.
 */
@NullMarked
package dev.kubeproxy.server.listen;

import org.jspecify.annotations.NullMarked;
