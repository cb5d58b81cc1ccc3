/** Servers, clients and checks for tests, of this module and of those that build on it. */
@NullMarked
package dev.kubeproxy.server.testing;

import org.jspecify.annotations.NullMarked;
