package dev.kubeproxy.server.model;

import java.net.Inet6Address;
import java.net.InetAddress;

/** The two kinds of IP address. Frontends of one are never served by backends of the other (rule J2). */
public enum IpFamily {
    IPV4("IPv4", 32, "0.0.0.0", "127.0.0.1"),
    IPV6("IPv6", 128, "::", "::1");

    private final String text;
    private final int bits;
    private final InetAddress any;
    private final InetAddress loopback;

    IpFamily(String text, int bits, String any, String loopback) {
        this.text = text;
        this.bits = bits;
        this.any = InetAddress.ofLiteral(any);
        this.loopback = InetAddress.ofLiteral(loopback);
    }

    public static IpFamily of(InetAddress address) {
        return address instanceof Inet6Address ? IPV6 : IPV4;
    }

    /** How long an address is. */
    public int bits() {
        return bits;
    }

    /** The address that stands for all of the family. */
    public InetAddress any() {
        return any;
    }

    /** The address by which a machine reaches itself. */
    public InetAddress loopback() {
        return loopback;
    }

    public IpFamily other() {
        return this == IPV4 ? IPV6 : IPV4;
    }

    /** {@code IPv4} or {@code IPv6}, as Kubernetes names them. */
    @Override
    public String toString() {
        return text;
    }
}
