package dev.kubeproxy.server.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;

/**
 * Has this process' network namespace run a program, until this is closed or the process ends. Programs of other
 * processes, attached before or later, run as well.
 */
final class NetworkNamespaceLink implements KernelObject {

    private static final String NAMESPACE = "/proc/self/ns/net";

    /** Offsets in the parts of {@code union bpf_attr} that make and change a link. */
    private static final class Create {
        static final int PROGRAM = 0;
        static final int TARGET = 4;
        static final int ATTACH_TYPE = 8;
    }

    private static final class Update {
        static final int LINK = 0;
        static final int PROGRAM = 4;
    }

    private final Handle handle;

    private NetworkNamespaceLink(Handle handle) {
        this.handle = handle;
    }

    static NetworkNamespaceLink attach(BpfProgram program) throws IOException {
        try (Handle namespace = new Handle(Kernel.open(NAMESPACE))) {
            return new NetworkNamespaceLink(new Handle(Kernel.bpf(BpfCommand.BPF_LINK_CREATE, (attributes, _) -> {
                attributes.set(JAVA_INT, Create.PROGRAM, program.descriptor());
                attributes.set(JAVA_INT, Create.TARGET, namespace.descriptor());
                attributes.set(JAVA_INT, Create.ATTACH_TYPE, BpfProgram.ATTACH_SK_LOOKUP);
            })));
        }
    }

    /** Puts another program in the place of the one that runs, without a moment in which none does. */
    void replace(BpfProgram program) throws IOException {
        Kernel.bpf(BpfCommand.BPF_LINK_UPDATE, (attributes, _) -> {
            attributes.set(JAVA_INT, Update.LINK, handle.descriptor());
            attributes.set(JAVA_INT, Update.PROGRAM, program.descriptor());
        });
    }

    @Override
    public void close() {
        handle.close();
    }
}
