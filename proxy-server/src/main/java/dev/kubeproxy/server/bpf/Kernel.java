package dev.kubeproxy.server.bpf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The system calls that this package makes, through {@code syscall(2)} of the C library. Thread-safe. */
final class Kernel {

    /** What {@code bpf(2)} reads of its attributes at most; the rest stays zero. */
    private static final int ATTRIBUTES_SIZE = 128;

    private static final int AT_FDCWD = -100;
    private static final int RLIMIT_MEMLOCK = 8;
    private static final int O_CLOEXEC = 0x80000;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(PathElement.groupElement("errno"));

    @SuppressWarnings("restricted") // the launcher allows native access; without, an exception says so
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG),
            CAPTURE_ERRNO,
            Linker.Option.firstVariadicArg(1));

    private Kernel() {}

    /** The numbers of system calls on this kind of machine. */
    private record Numbers(int bpf, int openat, int close, int prlimit, int fcntl) {

        static Numbers ofThisMachine() throws IOException {
            String architecture = System.getProperty("os.arch", "");
            return switch (architecture) {
                case "amd64" -> new Numbers(321, 257, 3, 302, 72);
                case "aarch64" -> new Numbers(280, 56, 57, 261, 25);
                default -> throw new IOException("no system call numbers are known for " + architecture);
            };
        }
    }

    /** Fills in the attributes of one call of {@code bpf(2)}; their memory lives until it has returned. */
    @FunctionalInterface
    interface Attributes {
        void fill(MemorySegment attributes, Arena arena);
    }

    /**
     * Calls {@code bpf(2)}.
     *
     * @return what it returns: a descriptor, or 0
     * @throws KernelException when it fails
     */
    static int bpf(BpfCommand command, Attributes attributes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filled = arena.allocate(ATTRIBUTES_SIZE, Long.BYTES);
            attributes.fill(filled, arena);
            int number = Numbers.ofThisMachine().bpf();
            return (int) call(command.toString(), number, command.number(), filled.address(), ATTRIBUTES_SIZE, 0);
        }
    }

    /** Opens a file to read. */
    static int open(String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path).address();
            return (int) call("open " + path, Numbers.ofThisMachine().openat(), AT_FDCWD, name, O_CLOEXEC, 0);
        }
    }

    /** Lets this process lock memory without a limit, to which kernels before 5.11 count maps; fails without the right. */
    static void unlimitLockedMemory() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            long infinity = arena.allocateFrom(ValueLayout.JAVA_LONG, -1L, -1L).address();
            call("prlimit", Numbers.ofThisMachine().prlimit(), 0, RLIMIT_MEMLOCK, infinity, 0);
        }
    }

    static void fcntl(String what, int descriptor, int command, int value) throws IOException {
        call(what, Numbers.ofThisMachine().fcntl(), descriptor, command, value, 0);
    }

    static void close(int descriptor) throws IOException {
        call("close", Numbers.ofThisMachine().close(), descriptor, 0, 0, 0);
    }

    private static long call(String what, long number, long one, long two, long three, long four)
            throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = arena.allocate(CAPTURED);
            long result = (long) SYSCALL.invokeExact(captured, number, one, two, three, four);
            if (result < 0) {
                throw new KernelException(what, (int) ERRNO.get(captured, 0L));
            }
            return result;
        } catch (KernelException e) {
            throw e;
        } catch (Throwable e) { // a method handle may throw anything; this one throws nothing but errors of the JVM
            throw new IllegalStateException(what, e);
        }
    }
}
