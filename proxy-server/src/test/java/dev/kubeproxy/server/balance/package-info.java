@NullMarked
package dev.kubeproxy.server.balance;

import org.jspecify.annotations.NullMarked;
