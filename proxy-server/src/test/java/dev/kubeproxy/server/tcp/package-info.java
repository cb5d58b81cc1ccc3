@NullMarked
package dev.kubeproxy.server.tcp;

import org.jspecify.annotations.NullMarked;
