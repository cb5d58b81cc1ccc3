/**
 * The data plane's figures as Micrometer meters. The only package that imports Micrometer; called on event loops, where
 * it only counts.
 */
@NullMarked
package dev.kubeproxy.server.metrics;

import org.jspecify.annotations.NullMarked;
