/**
 * The Kubernetes API as a source: watches objects and reads them into {@code desired}'s records. Imports fabric8; its
 * threads own nothing, they offer changes to the sync thread.
 */
@NullMarked
package dev.kubeproxy.control.kube;

import org.jspecify.annotations.NullMarked;
