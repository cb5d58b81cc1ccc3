@NullMarked
package dev.kubeproxy.server;

import org.jspecify.annotations.NullMarked;
