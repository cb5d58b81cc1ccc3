@NullMarked
package dev.kubeproxy.server.limit;

import org.jspecify.annotations.NullMarked;
