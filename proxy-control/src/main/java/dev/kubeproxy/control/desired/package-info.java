/**
 * Pure decisions: from Services, EndpointSlices and the node to what the data plane shall do. Imports the JDK and
 * {@code dev.kubeproxy.server.model} only; runs on the sync thread.
 */
@NullMarked
package dev.kubeproxy.control.desired;

import org.jspecify.annotations.NullMarked;
