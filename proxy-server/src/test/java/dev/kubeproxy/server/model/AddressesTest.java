package dev.kubeproxy.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @ParameterizedTest
    @CsvSource({
        "10.96.0.10, 10.96.0.10",
        "0.0.0.0, 0.0.0.0",
        "fd00:10:96::a, fd00:10:96::a",
        "FD00:0:0:0:0:0:0:1, fd00::1",
        "::1, ::1",
        "::, ::",
    })
    void literalsKeepTheirShortForm(String literal, String text) {
        assertThat(Addresses.text(Addresses.parse(literal))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10", "10.96.1", "010.0.0.1", "10.0.0.256", "10.0.0.1 ", "[::1]", "::1%5", "a.b", "::g"})
    void otherTextIsRefusedAndQuoted(String literal) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Addresses.parse(literal))
                .withMessage("\"" + literal + "\" is not an IP address");
    }
}
