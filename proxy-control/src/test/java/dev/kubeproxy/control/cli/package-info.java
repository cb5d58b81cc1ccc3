@NullMarked
package dev.kubeproxy.control.cli;

import org.jspecify.annotations.NullMarked;
