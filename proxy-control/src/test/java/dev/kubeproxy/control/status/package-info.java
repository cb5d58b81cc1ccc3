@NullMarked
package dev.kubeproxy.control.status;

import org.jspecify.annotations.NullMarked;
