/**
 * A directory of Kubernetes manifests as a source, for a machine without a cluster: reads it, follows it, and does what
 * an API server would do with it. Imports {@code desired}, {@code kube}'s readers, fabric8's model and the YAML parser.
 * One thread of its own, which offers changes to the sync thread.
 */
@NullMarked
package dev.kubeproxy.control.manifest;

import org.jspecify.annotations.NullMarked;
