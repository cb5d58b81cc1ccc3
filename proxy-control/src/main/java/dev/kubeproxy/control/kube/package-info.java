/**
 * The Kubernetes API as a source: {@code KubeSource} lists and watches, readers make {@code desired}'s records of what
 * comes. Imports fabric8. A thread for each kind of object reads and offers; it owns no more than the versions it has
 * seen. The readers are pure, and serve the manifests too.
 */
@NullMarked
package dev.kubeproxy.control.kube;

import org.jspecify.annotations.NullMarked;
