package dev.kubeproxy.control.node;

import java.io.IOException;
import java.util.List;

/** A program of the machine: {@code ip} of iproute2 4.13 or newer, {@code nft} of nftables. */
@FunctionalInterface
interface Command {

    /**
     * What a run gave.
     *
     * @param exit 0 where all went well
     */
    record Result(int exit, String out, String errors) {}

    /**
     * Runs it to its end.
     *
     * @param input its standard input
     * @throws IOException when it cannot be started or does not end
     */
    Result run(List<String> arguments, String input) throws IOException;
}
