/** Checks of the source tree as a whole. */
@NullMarked
package dev.kubeproxy.house;

import org.jspecify.annotations.NullMarked;
