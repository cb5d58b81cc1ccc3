package dev.kubeproxy.server.bpf;

import java.util.ArrayDeque;
import java.util.Deque;

/** Things that are worth keeping only when the next one can be had too. Confined to one thread. */
final class Unwinding {

    private final Deque<KernelObject> parts = new ArrayDeque<>();

    <T extends KernelObject> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Closes them, the newest first. */
    void close() {
        parts.forEach(KernelObject::close);
    }
}
