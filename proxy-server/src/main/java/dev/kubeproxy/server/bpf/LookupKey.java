package dev.kubeproxy.server.bpf;

import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.Protocol;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How frontends and addresses are written as keys of the kernel's maps: 16 bytes of address, IPv4 as {@code
 * ::ffff:a.b.c.d}; of a frontend also the port and the protocol's number, each four bytes in the machine's order.
 */
final class LookupKey {

    static final int ADDRESS_BYTES = 16;
    static final int FRONTEND_BYTES = ADDRESS_BYTES + 2 * Integer.BYTES;

    /** The numbers of protocols in IP's header. */
    static final int TCP = 6;

    static final int UDP = 17;

    private static final int IPV4_AT = 12;

    private LookupKey() {}

    static byte[] of(Frontend frontend) {
        ByteBuffer key = ByteBuffer.allocate(FRONTEND_BYTES).order(ByteOrder.nativeOrder());
        put(key, frontend.address());
        key.putInt(frontend.port());
        key.putInt(frontend.protocol() == Protocol.TCP ? TCP : UDP);
        return key.array();
    }

    static byte[] of(InetAddress address) {
        ByteBuffer key = ByteBuffer.allocate(ADDRESS_BYTES);
        put(key, address);
        return key.array();
    }

    private static void put(ByteBuffer key, InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            key.put(IPV4_AT - 2, (byte) 0xff).put(IPV4_AT - 1, (byte) 0xff).position(IPV4_AT);
        }
        key.put(address.getAddress());
    }
}
