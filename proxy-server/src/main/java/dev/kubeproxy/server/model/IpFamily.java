package dev.kubeproxy.server.model;

import java.net.Inet6Address;
import java.net.InetAddress;

/** The two kinds of IP address. Frontends of one are never served by backends of the other (rule J2). */
public enum IpFamily {
    IPV4("IPv4", 32, "0.0.0.0"),
    IPV6("IPv6", 128, "::");

    private final String text;
    private final int bits;
    private final InetAddress any;

    IpFamily(String text, int bits, String any) {
        this.text = text;
        this.bits = bits;
        this.any = InetAddress.ofLiteral(any);
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

    public IpFamily other() {
        return this == IPV4 ? IPV6 : IPV4;
    }

    /** {@code IPv4} or {@code IPv6}, as Kubernetes names them. */
    @Override
    public String toString() {
        return text;
    }
}
