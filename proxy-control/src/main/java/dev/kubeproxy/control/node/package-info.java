/**
 * The machine this runs on: its name, its addresses, and service addresses made local. Imports {@code sync}'s and
 * {@code desired}'s ports; runs the program {@code ip}, on the sync thread and at the end of the process.
 */
@NullMarked
package dev.kubeproxy.control.node;

import org.jspecify.annotations.NullMarked;
