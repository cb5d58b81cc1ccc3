@NullMarked
package dev.kubeproxy.server.bpf;

import org.jspecify.annotations.NullMarked;
