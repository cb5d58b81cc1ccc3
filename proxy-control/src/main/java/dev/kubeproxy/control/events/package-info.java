/**
 * What users of the cluster shall read beside their objects (rule P2). PURE: imports of this program only the data plane's
 * {@code model} and its clock. Any thread tells; one thread of the source's takes.
 */
@NullMarked
package dev.kubeproxy.control.events;

import org.jspecify.annotations.NullMarked;
