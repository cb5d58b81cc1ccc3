/**
 * Which backend a new connection or session gets. Imports {@code model} and {@code observe}; event loops read while the
 * sync thread swaps.
 */
@NullMarked
package dev.kubeproxy.server.balance;

import org.jspecify.annotations.NullMarked;
