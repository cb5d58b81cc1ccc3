package dev.kubeproxy.server.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes BPF programs: one method an instruction, in order, with labels to jump to. The instruction set is RFC 9669's.
 * Confined to one thread.
 */
final class Assembler {

    /** R0 is what a call or the program returns, R1-R5 are arguments, R6-R9 survive calls, FP ends the stack. */
    enum Register {
        R0(0),
        R1(1),
        R2(2),
        R3(3),
        R4(4),
        R5(5),
        R6(6),
        R7(7),
        R8(8),
        R9(9),
        FP(10);

        private final int number;

        Register(int number) {
            this.number = number;
        }
    }

    static final int INSTRUCTION_BYTES = 8;

    /** Codes of {@code linux/bpf.h}, each the sum of class, size or operation, and mode or source. */
    private static final class Code {
        static final int LOAD_WORD = 0x61;
        static final int STORE_WORD = 0x63;
        static final int STORE_NUMBER_WORD = 0x62;
        static final int STORE_NUMBER_LONG = 0x7a;
        static final int MOVE = 0xbf;
        static final int MOVE_NUMBER = 0xb7;
        static final int ADD_NUMBER = 0x07;
        static final int LOAD_LONG_NUMBER = 0x18;
        static final int TO_NETWORK_ORDER = 0xdc;
        static final int JUMP = 0x05;
        static final int JUMP_IF_EQUAL = 0x15;
        static final int JUMP_IF_NOT_EQUAL = 0x55;
        static final int CALL = 0x85;
        static final int EXIT = 0x95;
    }

    /** In the source field of {@link Code#LOAD_LONG_NUMBER}: the number is a map's descriptor. */
    private static final int PSEUDO_MAP_FD = 1;

    private record Instruction(int code, int destination, int source, int offset, int number, String target) {}

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    /** Names the place of the next instruction. */
    Assembler label(String name) {
        if (labels.put(name, instructions.size()) != null) {
            throw new IllegalArgumentException("two labels " + name);
        }
        return this;
    }

    /** {@code destination = *(u32 *) (base + offset)}. */
    Assembler loadWord(Register destination, Register base, int offset) {
        return add(Code.LOAD_WORD, destination.number, base.number, offset, 0);
    }

    /** {@code *(u32 *) (base + offset) = source}. */
    Assembler storeWord(Register base, int offset, Register source) {
        return add(Code.STORE_WORD, base.number, source.number, offset, 0);
    }

    /** {@code *(u32 *) (base + offset) = number}. */
    Assembler storeWord(Register base, int offset, int number) {
        return add(Code.STORE_NUMBER_WORD, base.number, 0, offset, number);
    }

    /** {@code *(u64 *) (base + offset) = number}. */
    Assembler storeLong(Register base, int offset, int number) {
        return add(Code.STORE_NUMBER_LONG, base.number, 0, offset, number);
    }

    Assembler move(Register destination, Register source) {
        return add(Code.MOVE, destination.number, source.number, 0, 0);
    }

    Assembler move(Register destination, int number) {
        return add(Code.MOVE_NUMBER, destination.number, 0, 0, number);
    }

    /** {@code destination = base + offset}. */
    Assembler address(Register destination, Register base, int offset) {
        return move(destination, base).add(Code.ADD_NUMBER, destination.number, 0, 0, offset);
    }

    /** Swaps the two lower bytes of a register where the machine's order is not the network's, and drops the others. */
    Assembler networkShort(Register register) {
        return add(Code.TO_NETWORK_ORDER, register.number, 0, 0, Short.SIZE);
    }

    Assembler loadMap(Register destination, BpfMap map) {
        add(Code.LOAD_LONG_NUMBER, destination.number, PSEUDO_MAP_FD, 0, map.descriptor());
        return add(0, 0, 0, 0, 0); // the upper half of the number
    }

    Assembler jump(String target) {
        return jump(Code.JUMP, 0, 0, target);
    }

    Assembler jumpIfEqual(Register register, int number, String target) {
        return jump(Code.JUMP_IF_EQUAL, register.number, number, target);
    }

    Assembler jumpIfNotEqual(Register register, int number, String target) {
        return jump(Code.JUMP_IF_NOT_EQUAL, register.number, number, target);
    }

    /** Calls a helper of the kernel by its number. */
    Assembler call(int helper) {
        return add(Code.CALL, 0, 0, 0, helper);
    }

    /** Ends the program; it returns R0. */
    Assembler exit() {
        return add(Code.EXIT, 0, 0, 0, 0);
    }

    /** The program as the kernel takes it. */
    byte[] assemble() {
        ByteBuffer program =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            int offset = instruction.target().isEmpty() ? instruction.offset() : place(instruction.target()) - (i + 1);
            program.put((byte) instruction.code());
            program.put(registers(instruction));
            program.putShort((short) offset);
            program.putInt(instruction.number());
        }
        return program.array();
    }

    /** Two registers share a byte; which has the low half is a matter of the machine's order. */
    private static byte registers(Instruction instruction) {
        return (byte)
                (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                        ? instruction.source() << 4 | instruction.destination()
                        : instruction.destination() << 4 | instruction.source());
    }

    private int place(String label) {
        Integer place = labels.get(label);
        if (place == null) {
            throw new IllegalArgumentException("no label " + label);
        }
        return place;
    }

    private Assembler jump(int code, int register, int number, String target) {
        instructions.add(new Instruction(code, register, 0, 0, number, target));
        return this;
    }

    private Assembler add(int code, int destination, int source, int offset, int number) {
        instructions.add(new Instruction(code, destination, source, offset, number, ""));
        return this;
    }
}
