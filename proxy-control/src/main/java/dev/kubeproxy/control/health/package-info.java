/**
 * What operators, probes and load balancers ask over HTTP: the health port, the metrics port, and the health check ports
 * of Services. Clients are read on one event loop of its own, pages are made on virtual threads; imports of this program
 * the data plane's {@code model} only, beside the sync thread's status, the events it tells, and what {@code status} has to
 * show.
 */
@NullMarked
package dev.kubeproxy.control.health;

import org.jspecify.annotations.NullMarked;
