/** The data plane as a library: {@code ProxyServer} wires the packages below. */
@NullMarked
package dev.kubeproxy.server;

import org.jspecify.annotations.NullMarked;
