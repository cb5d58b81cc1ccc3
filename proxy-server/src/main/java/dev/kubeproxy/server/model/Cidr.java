package dev.kubeproxy.server.model;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A block of addresses of one family: {@code 10.96.0.0/12}, {@code fd00::/108}.
 *
 * @param network the lowest address of the block
 */
public record Cidr(InetAddress network, int prefixLength) {

    public Cidr {
        network = masked(network, prefixLength);
    }

    /**
     * Parses a block. Host bits are dropped: {@code 10.96.0.1/12} is {@code 10.96.0.0/12}.
     *
     * @throws IllegalArgumentException when the text is not one; the message quotes it
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String wrong = "\"" + text + "\" is not a CIDR such as 10.96.0.0/12";
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException(wrong);
        }
        InetAddress address;
        try {
            address = Addresses.parse(text.substring(0, slash));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(wrong, e);
        }
        int prefixLength = Integer.parseInt(text.substring(slash + 1));
        if (prefixLength > bits(address)) {
            throw new IllegalArgumentException(wrong + ": the prefix is longer than " + bits(address));
        }
        return new Cidr(address, prefixLength);
    }

    public boolean contains(InetAddress address) {
        return sameFamily(address) && masked(address, prefixLength).equals(network);
    }

    public boolean overlaps(Cidr other) {
        return prefixLength <= other.prefixLength ? contains(other.network) : other.contains(network);
    }

    public boolean sameFamily(InetAddress address) {
        return bits(address) == bits(network);
    }

    @Override
    public String toString() {
        return Addresses.text(network) + "/" + prefixLength;
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * 8;
    }

    private static InetAddress masked(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only wrong lengths are refused
        }
    }
}
