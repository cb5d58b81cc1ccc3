/**
 * What the data plane tells of itself. Imports {@code model} only; implementations are called on event loops and must
 * neither block nor throw.
 */
@NullMarked
package dev.kubeproxy.server.observe;

import org.jspecify.annotations.NullMarked;
