@NullMarked
package dev.kubeproxy.server.transport;

import org.jspecify.annotations.NullMarked;
