package dev.kubeproxy.server.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxy.server.bpf.Assembler.Register;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Instructions as RFC 9669 encodes them, for a machine of little-endian order. */
class AssemblerTest {

    private final Assembler program = new Assembler();

    @Test
    void anInstructionHasCodeRegistersOffsetAndNumber() {
        program.loadWord(Register.R2, Register.R6, 40)
                .storeWord(Register.FP, -12, Register.R2)
                .storeWord(Register.FP, -28, 1)
                .move(Register.R6, Register.R1)
                .address(Register.R2, Register.FP, -24)
                .call(124)
                .exit();
        assertThat(code())
                .containsExactly(
                        "6162280000000000",
                        "632af4ff00000000",
                        "620ae4ff01000000",
                        "bf16000000000000",
                        "bfa2000000000000",
                        "07020000e8ffffff",
                        "850000007c000000",
                        "9500000000000000");
    }

    @Test
    void aJumpCountsFromTheInstructionBehindIt() {
        program.label("start")
                .jumpIfEqual(Register.R0, 0, "end")
                .move(Register.R0, 1)
                .jump("start")
                .label("end")
                .exit();
        assertThat(code())
                .containsExactly("1500020000000000", "b700000001000000", "0500fdff00000000", "9500000000000000");
    }

    @Test
    void aLabelThatIsMissingOrStandsTwiceIsAnError() {
        program.label("here").jump("nowhere");
        assertThatThrownBy(program::assemble).hasMessage("no label nowhere");
        assertThatThrownBy(() -> program.label("here")).hasMessage("two labels here");
    }

    private String[] code() {
        ByteBuffer assembled = ByteBuffer.wrap(program.assemble());
        assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        String[] code = new String[assembled.remaining() / Assembler.INSTRUCTION_BYTES];
        byte[] instruction = new byte[Assembler.INSTRUCTION_BYTES];
        for (int i = 0; i < code.length; i++) {
            assembled.get(instruction);
            code[i] = HexFormat.of().formatHex(instruction);
        }
        return code;
    }
}
