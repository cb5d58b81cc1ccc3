/** Tests in the lab: a real API server, two nodes, pods and a client outside, in network namespaces. They need root. */
@NullMarked
package dev.kubeproxy.control.lab;

import org.jspecify.annotations.NullMarked;
