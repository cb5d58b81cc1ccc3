/**
 * The command {@code kube-proxy status}: asks a running proxy on this machine over HTTP and prints what it says. Knows
 * nothing else of this program; runs on the main thread of a process of its own.
 */
@NullMarked
package dev.kubeproxy.control.cli;

import org.jspecify.annotations.NullMarked;
