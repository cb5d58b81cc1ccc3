package dev.kubeproxy.server.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A block of addresses: {@code 10.96.0.0/12}.
 *
 * @param network the first address; bits beyond the prefix are dropped, as kube-proxy does
 * @param prefix how many leading bits the addresses have in common
 */
public record Cidr(InetAddress network, int prefix) {

    public Cidr {
        int bits = IpFamily.of(network).bits();
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix length " + prefix + " is not in 0-" + bits);
        }
        network = masked(network, prefix);
    }

    /**
     * Reads {@code address/prefix}.
     *
     * @throws IllegalArgumentException when the text is not one; the message quotes it and says what is wrong
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "\"%s\" is not a CIDR: a prefix length is missing, as in 10.96.0.0/12".formatted(text));
        }
        InetAddress address = Addresses.parse(text.substring(0, slash));
        String length = text.substring(slash + 1);
        int bits = IpFamily.of(address).bits();
        if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
            throw new IllegalArgumentException(
                    "\"%s\" is not a CIDR: the prefix length \"%s\" is not in 0-%d".formatted(text, length, bits));
        }
        return new Cidr(address, Integer.parseInt(length));
    }

    /** The first of {@code blocks} and of {@code others} that have an address in common; empty where none have. */
    public static Optional<Overlap> overlap(List<Cidr> blocks, List<Cidr> others) {
        return blocks.stream()
                .flatMap(block -> others.stream().filter(block::overlaps).map(other -> new Overlap(block, other)))
                .findFirst();
    }

    /** Two blocks that have an address in common. */
    public record Overlap(Cidr block, Cidr other) {}

    public IpFamily family() {
        return IpFamily.of(network);
    }

    public boolean contains(InetAddress address) {
        return IpFamily.of(address) == family() && masked(address, prefix).equals(network);
    }

    /** Blocks nest or are apart, so one contains the other's first address where they overlap. */
    public boolean overlaps(Cidr other) {
        return contains(other.network) || other.contains(network);
    }

    /** The address {@code offset} after the first. */
    public InetAddress address(long offset) {
        byte[] bytes = network.getAddress();
        long rest = offset;
        for (int i = bytes.length - 1; i >= 0 && rest != 0; i--) {
            bytes[i] |= (byte) rest;
            rest >>>= Byte.SIZE;
        }
        return address(bytes);
    }

    /** The highest address. */
    public InetAddress last() {
        byte[] bytes = network.getAddress();
        for (int bit = prefix; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] |= (byte) (0x80 >>> bit % Byte.SIZE);
        }
        return address(bytes);
    }

    @Override
    public String toString() {
        return Addresses.text(network) + "/" + prefix;
    }

    private static InetAddress masked(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        int whole = prefix / Byte.SIZE;
        if (whole < bytes.length) {
            bytes[whole] &= (byte) (0xff00 >>> prefix % Byte.SIZE);
            Arrays.fill(bytes, whole + 1, bytes.length, (byte) 0);
        }
        return address(bytes);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
