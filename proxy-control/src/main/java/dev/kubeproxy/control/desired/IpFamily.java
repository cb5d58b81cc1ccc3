package dev.kubeproxy.control.desired;

import java.net.Inet6Address;
import java.net.InetAddress;

/** One of the two address families, named as Kubernetes names them. */
public enum IpFamily {
    IPV4("IPv4", 32),
    IPV6("IPv6", 128);

    private final String text;
    private final int bits;

    IpFamily(String text, int bits) {
        this.text = text;
        this.bits = bits;
    }

    public static IpFamily of(InetAddress address) {
        return address instanceof Inet6Address ? IPV6 : IPV4;
    }

    /** The length of an address. */
    public int bits() {
        return bits;
    }

    public IpFamily other() {
        return this == IPV4 ? IPV6 : IPV4;
    }

    /** {@code IPv4} or {@code IPv6}. */
    @Override
    public String toString() {
        return text;
    }
}
