/**
 * The data plane's figures as Prometheus' library takes them. The only package that imports it; called on event loops,
 * where it only counts.
 */
@NullMarked
package dev.kubeproxy.server.metrics;

import org.jspecify.annotations.NullMarked;
