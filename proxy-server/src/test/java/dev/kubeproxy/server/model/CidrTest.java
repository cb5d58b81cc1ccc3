package dev.kubeproxy.server.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({"10.96.0.0/12", "0.0.0.0/0", "::/0", "fd00:10::/108", "192.0.2.7/32", "::1/128", "10.96.0.0/13"})
    void printsAsItIsWritten(String text) {
        assertThat(Cidr.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"10.96.0.1/12, 10.96.0.0/12", "fd00::1/64, fd00::/64", "192.168.7.9/24, 192.168.7.0/24"})
    void bitsBeyondThePrefixAreDropped(String text, String block) {
        assertThat(Cidr.parse(text)).hasToString(block);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.96.0.0|\"10.96.0.0\" is not a CIDR: a prefix length is missing, as in 10.96.0.0/12",
                "10.96.0/12|\"10.96.0\" is not an IP address",
                "web/12|\"web\" is not an IP address",
                "10.96.0.0/33|\"10.96.0.0/33\" is not a CIDR: the prefix length \"33\" is not in 0-32",
                "10.96.0.0/|\"10.96.0.0/\" is not a CIDR: the prefix length \"\" is not in 0-32",
                "10.96.0.0/-1|\"10.96.0.0/-1\" is not a CIDR: the prefix length \"-1\" is not in 0-32",
                "fd00::/129|\"fd00::/129\" is not a CIDR: the prefix length \"129\" is not in 0-128"
            })
    void saysWhatIsWrongWithOtherText(String text, String message) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "10.96.0.0/12, 10.96.0.0, true",
        "10.96.0.0/12, 10.111.255.255, true",
        "10.96.0.0/12, 10.112.0.0, false",
        "10.96.0.0/12, 10.95.255.255, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "fd00::/108, fd00::f:ffff, true",
        "fd00::/108, fd00::10:0, false"
    })
    void containsItsAddresses(String block, String address, boolean contained) {
        assertThat(Cidr.parse(block).contains(Addresses.parse(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({
        "10.96.0.0/12, 10.100.0.0/16, true",
        "10.100.0.0/16, 10.96.0.0/12, true",
        "10.96.0.0/12, 10.244.0.0/16, false",
        "10.96.0.0/12, fd00::/64, false",
        "0.0.0.0/0, 10.244.0.0/16, true"
    })
    void overlapsWhereOneHoldsTheOther(String block, String other, boolean overlap) {
        assertThat(Cidr.parse(block).overlaps(Cidr.parse(other))).isEqualTo(overlap);
    }

    @Test
    void namesTheFirstTwoBlocksThatOverlap() {
        var services = List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00::/108"));
        var pods = List.of(Cidr.parse("10.244.0.0/16"), Cidr.parse("fd00::/64"));
        assertThat(Cidr.overlap(services, pods)).hasValueSatisfying(overlap -> {
            assertThat(overlap.block()).hasToString("fd00::/108");
            assertThat(overlap.other()).hasToString("fd00::/64");
        });
        assertThat(Cidr.overlap(services, pods.subList(0, 1))).isEmpty();
    }

    @Test
    void countsFromItsFirstAddressToItsLast() {
        assertThat(Addresses.text(Cidr.parse("10.96.0.0/12").address(70_000))).isEqualTo("10.97.17.112");
        assertThat(Addresses.text(Cidr.parse("10.96.0.0/12").last())).isEqualTo("10.111.255.255");
        assertThat(Addresses.text(Cidr.parse("fd00::/108").last())).isEqualTo("fd00::f:ffff");
    }
}
