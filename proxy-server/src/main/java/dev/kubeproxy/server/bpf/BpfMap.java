package dev.kubeproxy.server.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A map in the kernel from keys of a fixed size to numbers. Changes take effect at once. Thread-safe. */
final class BpfMap implements KernelObject {

    /** Elements are allocated when they come, not all at the start. */
    private static final int BPF_F_NO_PREALLOC = 1;

    /** Offsets in the part of {@code union bpf_attr} that creates a map. */
    private static final class Create {
        static final int TYPE = 0;
        static final int KEY_SIZE = 4;
        static final int VALUE_SIZE = 8;
        static final int CAPACITY = 12;
        static final int FLAGS = 16;
        static final int NAME = 28;
    }

    /** Offsets in the part that changes one element. */
    private static final class Element {
        static final int MAP = 0;
        static final int KEY = 8;
        static final int VALUE = 16;
    }

    private final Handle handle;

    private BpfMap(int type, String name, int keySize, int capacity, int flags) throws IOException {
        this.handle = new Handle(Kernel.bpf(BpfCommand.BPF_MAP_CREATE, (attributes, _) -> {
            attributes.set(JAVA_INT, Create.TYPE, type);
            attributes.set(JAVA_INT, Create.KEY_SIZE, keySize);
            attributes.set(JAVA_INT, Create.VALUE_SIZE, Integer.BYTES);
            attributes.set(JAVA_INT, Create.CAPACITY, capacity);
            attributes.set(JAVA_INT, Create.FLAGS, flags);
            attributes.setString(Create.NAME, name);
        }));
    }

    /** Keys to numbers. */
    static BpfMap hash(String name, int keySize, int capacity) throws IOException {
        return new BpfMap(1, name, keySize, capacity, BPF_F_NO_PREALLOC);
    }

    /** Small numbers to sockets; what is put is a socket's descriptor. */
    static BpfMap sockets(String name, int capacity) throws IOException {
        return new BpfMap(15, name, Integer.BYTES, capacity, 0);
    }

    /** Keys to sockets. A socket that is closed leaves by itself. */
    static BpfMap socketsByKey(String name, int keySize, int capacity) throws IOException {
        return new BpfMap(18, name, keySize, capacity, 0);
    }

    int descriptor() {
        return handle.descriptor();
    }

    /** Sets the value of a key, whether it has one or not. */
    void put(byte[] key, int value) throws IOException {
        Kernel.bpf(BpfCommand.BPF_MAP_UPDATE_ELEM, (attributes, arena) -> {
            element(attributes, arena, key);
            attributes.set(
                    JAVA_LONG,
                    Element.VALUE,
                    arena.allocateFrom(JAVA_INT, value).address());
        });
    }

    /** Takes a key out; nothing happens where it is not in. */
    void remove(byte[] key) throws IOException {
        try {
            Kernel.bpf(BpfCommand.BPF_MAP_DELETE_ELEM, (attributes, arena) -> element(attributes, arena, key));
        } catch (KernelException e) {
            if (e.errno() != KernelException.ENOENT) {
                throw e;
            }
        }
    }

    private void element(MemorySegment attributes, Arena arena, byte[] key) {
        attributes.set(JAVA_INT, Element.MAP, descriptor());
        attributes.set(
                JAVA_LONG, Element.KEY, arena.allocateFrom(JAVA_BYTE, key).address());
    }

    @Override
    public void close() {
        handle.close();
    }
}
