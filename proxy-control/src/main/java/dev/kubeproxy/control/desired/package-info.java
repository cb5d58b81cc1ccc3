/**
 * Pure decisions: from Services, EndpointSlices and the node to what the data plane shall do. Imports the JDK and
 * {@code dev.kubeproxy.server.model} only. It runs on the sync thread, but for what says otherwise: addresses for manifests
 * are chosen on their thread, and decisions are explained to whoever asks.
 */
@NullMarked
package dev.kubeproxy.control.desired;

import org.jspecify.annotations.NullMarked;
