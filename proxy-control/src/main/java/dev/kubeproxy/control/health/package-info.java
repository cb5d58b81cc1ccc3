/**
 * What operators and probes ask over HTTP: the health port and the metrics port. Reads only, on threads of its own;
 * imports of this program
 * the data plane's {@code model} only.
 */
@NullMarked
package dev.kubeproxy.control.health;

import org.jspecify.annotations.NullMarked;
