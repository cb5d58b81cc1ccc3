package dev.kubeproxy.server;

import java.util.Locale;

/** How clients of service addresses come to this process. NodePorts are always bound sockets. */
public enum ServiceCapture {
    /** {@link #SK_LOOKUP} where kernel and rights allow, which is found out by doing it, else {@link #BIND}. */
    AUTO,
    /** By the kernel's socket lookup: no port is taken from the host. */
    SK_LOOKUP,
    /** By a socket bound to each service address and port. */
    BIND;

    /** The name as a flag has it: {@code sk-lookup}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
