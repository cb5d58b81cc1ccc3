package dev.kubeproxy.server.model;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What clients dial: an address of this node or of a Service, a port and a protocol. The any-local address of a family
 * ({@code 0.0.0.0}, {@code ::}) stands for all addresses of that family on this node.
 */
public record Frontend(InetAddress address, int port, Protocol protocol) {

    public Frontend {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1-65535");
        }
    }

    /** True where one listener serves every address of the family. */
    public boolean anyAddress() {
        return address.isAnyLocalAddress();
    }

    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** {@code 10.96.0.10:53/UDP}, {@code [fd00::1]:80/TCP}. */
    @Override
    public String toString() {
        return Addresses.text(address, port) + "/" + protocol;
    }
}
