/**
 * What operators and probes ask over HTTP: the health port and the metrics port. Reads only, on threads of its own;
 * imports nothing of this program.
 */
@NullMarked
package dev.kubeproxy.control.health;

import org.jspecify.annotations.NullMarked;
