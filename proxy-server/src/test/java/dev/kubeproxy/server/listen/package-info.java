@NullMarked
package dev.kubeproxy.server.listen;

import org.jspecify.annotations.NullMarked;
