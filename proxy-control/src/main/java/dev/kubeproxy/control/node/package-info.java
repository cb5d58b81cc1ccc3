/**
 * The machine this runs on: its addresses, service addresses made local, and what its kernel drops and refuses for
 * Services. Imports {@code sync}'s and {@code desired}'s ports; runs the programs {@code ip} and {@code nft}, on the sync
 * thread and at the end of the process.
 */
@NullMarked
package dev.kubeproxy.control.node;

import org.jspecify.annotations.NullMarked;
