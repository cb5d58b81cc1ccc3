/** Which rules of Service behaviour are proven by which tests. */
@NullMarked
package dev.kubeproxy.control.conformance;

import org.jspecify.annotations.NullMarked;
