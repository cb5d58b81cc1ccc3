/** The one thread that knows everything: takes changes in, decides, and drives addresses and data plane. */
@NullMarked
package dev.kubeproxy.control.sync;

import org.jspecify.annotations.NullMarked;
