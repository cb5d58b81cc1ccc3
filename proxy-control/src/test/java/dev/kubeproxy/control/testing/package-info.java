/** What the tests of several packages share. */
@NullMarked
package dev.kubeproxy.control.testing;

import org.jspecify.annotations.NullMarked;
