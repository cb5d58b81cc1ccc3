/** What tests of both modules share: backends, clients, clocks and a watch for leaks. */
@NullMarked
package dev.kubeproxy.server.testing;

import org.jspecify.annotations.NullMarked;
