package dev.kubeproxy.server.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A socket lookup program that the kernel has checked and loaded. */
final class BpfProgram implements KernelObject {

    /** As {@code bpftool prog} lists it. */
    private static final String NAME = "kube_proxy";

    private static final String LICENSE = "Apache-2.0";
    private static final int TYPE_SK_LOOKUP = 30;
    static final int ATTACH_SK_LOOKUP = 36;
    private static final int LOG_BYTES = 1 << 16;

    /** Offsets in the part of {@code union bpf_attr} that loads a program. */
    private static final class Load {
        static final int TYPE = 0;
        static final int INSTRUCTION_COUNT = 4;
        static final int INSTRUCTIONS = 8;
        static final int LICENSE = 16;
        static final int LOG_LEVEL = 24;
        static final int LOG_SIZE = 28;
        static final int LOG = 32;
        static final int NAME = 48;
        static final int ATTACH_TYPE = 68;
    }

    private static final int MOST_ATTEMPTS = 5;

    private final Handle handle;

    private BpfProgram(Handle handle) {
        this.handle = handle;
    }

    /** @throws KernelException when it is refused; the message ends with what the kernel's verifier says */
    static BpfProgram load(byte[] instructions) throws IOException {
        try {
            return loadUninterrupted(instructions);
        } catch (KernelException e) {
            throw e.errno() == KernelException.EPERM ? e : refusal(instructions, e);
        }
    }

    /** The kernel's verifier gives up when a signal comes, and wants to be asked again. */
    private static BpfProgram loadUninterrupted(byte[] instructions) throws IOException {
        for (int attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                return load(instructions, MemorySegment.NULL);
            } catch (KernelException e) {
                if (e.errno() != KernelException.EAGAIN) {
                    throw e;
                }
            }
        }
        return load(instructions, MemorySegment.NULL);
    }

    int descriptor() {
        return handle.descriptor();
    }

    /** Loads it once more, for the log: the kernel writes it for those who ask, and more slowly. */
    private static KernelException refusal(byte[] instructions, KernelException first) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment log = arena.allocate(LOG_BYTES);
            try {
                load(instructions, log).close();
                return first;
            } catch (KernelException e) {
                return new KernelException(
                        e.call(), e.errno(), "\n" + log.getString(0).strip());
            }
        }
    }

    private static BpfProgram load(byte[] instructions, MemorySegment log) throws IOException {
        return new BpfProgram(new Handle(Kernel.bpf(BpfCommand.BPF_PROG_LOAD, (attributes, arena) -> {
            attributes.set(JAVA_INT, Load.TYPE, TYPE_SK_LOOKUP);
            attributes.set(JAVA_INT, Load.INSTRUCTION_COUNT, instructions.length / Assembler.INSTRUCTION_BYTES);
            attributes.set(
                    JAVA_LONG, Load.INSTRUCTIONS, aligned(arena, instructions).address());
            attributes.set(JAVA_LONG, Load.LICENSE, arena.allocateFrom(LICENSE).address());
            attributes.set(JAVA_INT, Load.LOG_LEVEL, log.byteSize() > 0 ? 1 : 0);
            attributes.set(JAVA_INT, Load.LOG_SIZE, (int) log.byteSize());
            attributes.set(JAVA_LONG, Load.LOG, log.address());
            attributes.setString(Load.NAME, NAME);
            attributes.set(JAVA_INT, Load.ATTACH_TYPE, ATTACH_SK_LOOKUP);
        })));
    }

    private static MemorySegment aligned(Arena arena, byte[] instructions) {
        return arena.allocate(instructions.length, Long.BYTES).copyFrom(MemorySegment.ofArray(instructions));
    }

    @Override
    public void close() {
        handle.close();
    }
}
