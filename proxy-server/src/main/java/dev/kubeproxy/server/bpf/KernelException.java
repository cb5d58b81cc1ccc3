package dev.kubeproxy.server.bpf;

import java.io.IOException;
import java.io.Serial;

/** A system call failed; the message says which and why. */
final class KernelException extends IOException {

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;

    @Serial
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    KernelException(String call, int errno) {
        this(call, errno, "");
    }

    /** @param more what else is known of the failure; appended to the message */
    KernelException(String call, int errno, String more) {
        super(call + ": " + text(errno) + more);
        this.call = call;
        this.errno = errno;
    }

    String call() {
        return call;
    }

    int errno() {
        return errno;
    }

    /** The usual ones in words; the JDK has no way to ask the C library. */
    private static String text(int errno) {
        return switch (errno) {
            case EPERM ->
                "not permitted (it takes CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN; before Linux 5.11 also ulimit -l)";
            case ENOENT -> "no such entry";
            case EAGAIN -> "interrupted each time";
            case 7 -> "the map is full";
            case 12 -> "out of memory";
            case 13 -> "refused by the kernel's verifier";
            case EINVAL -> "invalid argument: the kernel may be older than 5.9";
            case 24 -> "too many open files";
            case 38 -> "this kernel has no BPF";
            default -> "error " + errno;
        };
    }
}
