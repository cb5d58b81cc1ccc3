package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kubeproxy.server.testing.Rule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortRangeTest {

    @ParameterizedTest
    @CsvSource({
        "100-200, 100, 200",
        "100, 100, 100",
        "100+200, 100, 300",
        "1+0, 1, 1",
        "'', 0, 0",
        "0-0, 0, 0",
        "0+0, 0, 0"
    })
    @Rule("H10")
    void aRangeIsAPortTwoOrOneAndHowManyMore(String text, int first, int last) {
        assertThat(PortRange.parse(text)).isEqualTo(new PortRange(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"100 - 200", "-100", "100-", "200-100", "60000-70000", "70000+80000", "1+-1", "1-+1", "1+65535"})
    @Rule("H10")
    void allElseIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> PortRange.parse(text));
    }
}
