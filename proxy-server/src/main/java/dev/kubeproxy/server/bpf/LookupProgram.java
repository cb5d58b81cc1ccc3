package dev.kubeproxy.server.bpf;

import static dev.kubeproxy.server.bpf.Assembler.Register.FP;
import static dev.kubeproxy.server.bpf.Assembler.Register.R0;
import static dev.kubeproxy.server.bpf.Assembler.Register.R1;
import static dev.kubeproxy.server.bpf.Assembler.Register.R2;
import static dev.kubeproxy.server.bpf.Assembler.Register.R3;
import static dev.kubeproxy.server.bpf.Assembler.Register.R6;
import static dev.kubeproxy.server.bpf.Assembler.Register.R7;
import static dev.kubeproxy.server.bpf.Assembler.Register.R8;
import static dev.kubeproxy.server.bpf.Assembler.Register.R9;

import java.nio.ByteOrder;

/**
 * The program that the kernel runs when it looks for the socket of a TCP connection's first packet, or of a datagram,
 * to an address of this node:
 *
 * <ul>
 *   <li>a TCP frontend goes to the listener of its family, a UDP frontend to its own socket;
 *   <li>a datagram from a UDP frontend is an answer to a client on this node, whose address the kernel may have taken from
 *       the Service's: it is left alone;
 *   <li>anything else at a guarded address is refused, whoever listens there (rules D1, D8);
 *   <li>all the rest is none of our business.
 * </ul>
 */
final class LookupProgram {

    /** Places in {@code struct bpf_sk_lookup}. Addresses are in the network's order, the local port in the machine's. */
    private static final class Context {
        static final int FAMILY = 8;
        static final int PROTOCOL = 12;
        static final int REMOTE_IPV4 = 16;
        static final int REMOTE_IPV6 = 20;
        static final int REMOTE_PORT = 36; // in the network's order
        static final int LOCAL_IPV4 = 40;
        static final int LOCAL_IPV6 = 44;
        static final int LOCAL_PORT = 60;
    }

    /** Places on the stack: the {@link LookupKey}s of the packet's two ends, and the key of the listeners' map. */
    private static final class Stack {
        static final int KEY = -LookupKey.FRONTEND_BYTES;
        static final int PORT = KEY + LookupKey.ADDRESS_BYTES;
        static final int PROTOCOL = PORT + Integer.BYTES;
        static final int REMOTE_KEY = KEY - LookupKey.FRONTEND_BYTES;
        static final int REMOTE_PORT = REMOTE_KEY + LookupKey.ADDRESS_BYTES;
        static final int REMOTE_PROTOCOL = REMOTE_PORT + Integer.BYTES;
        static final int LISTENER = REMOTE_KEY - Integer.BYTES;
    }

    /** Keys of the listeners' map. */
    static final int IPV4_LISTENER = 0;

    static final int IPV6_LISTENER = 1;

    private static final int AF_INET6 = 10;

    /** The third word of an IPv4 address as a key, {@code 00 00 ff ff}. */
    private static final int IPV4_MARK = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0xffff0000 : 0xffff;

    private static final int MAP_LOOKUP_ELEM = 1;
    private static final int SK_RELEASE = 86;
    private static final int SK_ASSIGN = 124;

    /** Wins over what another program chose before: an instance that is about to end. */
    private static final int SK_LOOKUP_F_REPLACE = 1;

    /** Exactly this socket, not another of its SO_REUSEPORT group. */
    private static final int SK_LOOKUP_F_NO_REUSEPORT = 2;

    private static final int DROP = 0;
    private static final int PASS = 1;

    private LookupProgram() {}

    static byte[] assemble(LookupMaps maps, BpfMap listeners) {
        Assembler program = new Assembler();
        program.move(R6, R1);
        writeKey(program);
        program.loadWord(R7, R6, Context.PROTOCOL)
                .jumpIfEqual(R7, LookupKey.TCP, "tcp")
                .jumpIfEqual(R7, LookupKey.UDP, "udp")
                .jump("no frontend");

        find(program.label("tcp"), maps.tcp(), Stack.KEY).jumpIfEqual(R0, 0, "no frontend");
        program.storeWord(FP, Stack.LISTENER, IPV4_LISTENER)
                .loadWord(R2, R6, Context.FAMILY)
                .jumpIfNotEqual(R2, AF_INET6, "listener")
                .storeWord(FP, Stack.LISTENER, IPV6_LISTENER);
        find(program.label("listener"), listeners, Stack.LISTENER).move(R8, SK_LOOKUP_F_REPLACE);
        program.jump("socket");

        find(program.label("udp"), maps.udp(), Stack.KEY)
                .jumpIfEqual(R0, 0, "answer?")
                .move(R8, SK_LOOKUP_F_REPLACE | SK_LOOKUP_F_NO_REUSEPORT)
                .label("socket")
                .jumpIfEqual(R0, 0, "no frontend");
        program.move(R9, R0)
                .move(R1, R6)
                .move(R2, R9)
                .move(R3, R8)
                .call(SK_ASSIGN)
                .move(R7, R0)
                .move(R1, R9)
                .call(SK_RELEASE)
                .jumpIfEqual(R7, 0, "pass")
                .jump("refuse"); // a frontend whose socket does not fit: never the socket of somebody else instead

        writeRemoteKey(program.label("answer?"));
        find(program, maps.udp(), Stack.REMOTE_KEY).jumpIfEqual(R0, 0, "no frontend");
        program.move(R1, R0).call(SK_RELEASE).jump("pass");

        find(program.label("no frontend"), maps.guarded(), Stack.KEY).jumpIfEqual(R0, 0, "pass");
        program.label("refuse").move(R0, DROP).exit();
        program.label("pass").move(R0, PASS).exit();
        return program.assemble();
    }

    /** Writes the key of the packet's destination to the stack. */
    private static void writeKey(Assembler program) {
        writeAddress(program, Stack.KEY, Context.LOCAL_IPV4, Context.LOCAL_IPV6, "local");
        program.loadWord(R2, R6, Context.LOCAL_PORT)
                .storeWord(FP, Stack.PORT, R2)
                .loadWord(R2, R6, Context.PROTOCOL)
                .storeWord(FP, Stack.PROTOCOL, R2);
    }

    /** Writes the key of a datagram's source to the stack. */
    private static void writeRemoteKey(Assembler program) {
        writeAddress(program, Stack.REMOTE_KEY, Context.REMOTE_IPV4, Context.REMOTE_IPV6, "remote");
        program.loadWord(R2, R6, Context.REMOTE_PORT)
                .networkShort(R2)
                .storeWord(FP, Stack.REMOTE_PORT, R2)
                .storeWord(FP, Stack.REMOTE_PROTOCOL, LookupKey.UDP);
    }

    private static void writeAddress(Assembler program, int key, int ipv4, int ipv6, String end) {
        program.loadWord(R7, R6, Context.FAMILY).jumpIfEqual(R7, AF_INET6, end + " ipv6");
        program.storeLong(FP, key, 0)
                .storeWord(FP, key + 8, IPV4_MARK)
                .loadWord(R2, R6, ipv4)
                .storeWord(FP, key + 12, R2)
                .jump(end + " port");
        program.label(end + " ipv6");
        for (int offset = 0; offset < LookupKey.ADDRESS_BYTES; offset += Integer.BYTES) {
            program.loadWord(R2, R6, ipv6 + offset).storeWord(FP, key + offset, R2);
        }
        program.label(end + " port");
    }

    /** {@code r0 = map[key on the stack]}, 0 where it is not in. */
    private static Assembler find(Assembler program, BpfMap map, int key) {
        return program.loadMap(R1, map).address(R2, FP, key).call(MAP_LOOKUP_ELEM);
    }
}
