package dev.kubeproxy.server.bpf;

import java.io.IOException;

/** How much a pipe of the kernel holds. */
public final class PipeCapacity {

    private static final int F_SETPIPE_SZ = 1031;

    private PipeCapacity() {}

    /**
     * Sets it; it was 64 KiB, on most machines.
     *
     * @param descriptor of either end
     * @throws IOException when the kernel does not allow so much, as to a user whose pipes have much already
     */
    public static void set(int descriptor, int bytes) throws IOException {
        Kernel.fcntl("fcntl F_SETPIPE_SZ", descriptor, F_SETPIPE_SZ, bytes);
    }
}
