package dev.kubeproxy.server.bpf;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A descriptor of something in the kernel that lives as long as this is open, or as the process. */
record Handle(int descriptor) implements KernelObject {

    @Override
    public void close() {
        try {
            Kernel.close(descriptor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
