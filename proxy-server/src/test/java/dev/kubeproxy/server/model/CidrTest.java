package dev.kubeproxy.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.96.0.1/12, 10.96.0.0/12",
        "10.0.0.7/32, 10.0.0.7/32",
        "1.2.3.4/0, 0.0.0.0/0",
        "fd00::1/108, fd00::/108",
        "10.96.0.0/13, 10.96.0.0/13"
    })
    void dropsHostBits(String text, String canonical) {
        assertThat(Cidr.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "fd00::/129", "node/8", "10.0.0.0/-1", "/8"})
    void refusesWhatIsNoBlock(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\" is not a CIDR");
    }

    @Test
    void containsItsAddressesOnly() {
        Cidr block = Cidr.parse("10.96.0.0/12");
        assertThat(block.contains(Addresses.parse("10.111.255.255"))).isTrue();
        assertThat(block.contains(Addresses.parse("10.112.0.0"))).isFalse();
        assertThat(block.contains(Addresses.parse("fd00::1"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "10.96.0.0/12, 10.100.0.0/16, true",
        "10.100.0.0/16, 10.96.0.0/12, true",
        "10.96.0.0/12, 10.244.0.0/16, false",
        "0.0.0.0/0, fd00::/8, false"
    })
    void overlapsBlocksThatShareAnAddress(String one, String other, boolean shared) {
        assertThat(Cidr.parse(one).overlaps(Cidr.parse(other))).isEqualTo(shared);
    }
}
