package dev.kubeproxy.server.model;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What we dial: one endpoint's address and port. Equal address and port, equal backend. */
public record Backend(InetSocketAddress address) {

    public static Backend of(InetAddress address, int port) {
        return new Backend(new InetSocketAddress(address, port));
    }

    /** {@code 10.244.1.10:8080}. */
    @Override
    public String toString() {
        return Addresses.text(address.getAddress(), address.getPort());
    }
}
