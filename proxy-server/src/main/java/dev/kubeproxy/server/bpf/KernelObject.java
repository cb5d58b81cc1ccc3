package dev.kubeproxy.server.bpf;

/** Something in the kernel that is there until this is closed, or the process ends. */
interface KernelObject extends AutoCloseable {

    /** Gives it up. Must be called once. */
    @Override
    void close();
}
