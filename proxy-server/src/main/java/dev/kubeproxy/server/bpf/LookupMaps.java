package dev.kubeproxy.server.bpf;

import java.io.IOException;

/**
 * The maps that grow with the number of Services.
 *
 * @param capacity what each of them holds at most
 * @param tcp TCP frontends; the values mean nothing
 * @param udp UDP frontends to their sockets
 * @param guarded addresses at which all that is no frontend is refused; the values mean nothing
 */
record LookupMaps(int capacity, BpfMap tcp, BpfMap udp, BpfMap guarded) implements KernelObject {

    static LookupMaps create(int capacity) throws IOException {
        Unwinding parts = new Unwinding();
        try {
            return new LookupMaps(
                    capacity,
                    parts.add(BpfMap.hash("kp_tcp", LookupKey.FRONTEND_BYTES, capacity)),
                    parts.add(BpfMap.socketsByKey("kp_udp", LookupKey.FRONTEND_BYTES, capacity)),
                    BpfMap.hash("kp_guarded", LookupKey.ADDRESS_BYTES, capacity));
        } catch (IOException e) {
            parts.close();
            throw e;
        }
    }

    @Override
    public void close() {
        tcp.close();
        udp.close();
        guarded.close();
    }
}
