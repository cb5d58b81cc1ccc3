package dev.kubeproxy.server.limit;

/** The ports that the kernel chooses from for sockets that connect; towards one backend there may be none left. */
public final class LocalPorts {

    private LocalPorts() {}

    /** True where a connection failed for want of one. Netty has no type for it: EAGAIN, or by another way EADDRNOTAVAIL. */
    public static boolean ranOut(Throwable failure) {
        String text = failure.toString();
        return text.contains("Resource temporarily unavailable") || text.contains("Cannot assign requested address");
    }
}
