package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HttpDateTest {

    @Test
    void daysHaveTwoDigitsAndNamesThreeLetters() {
        assertThat(HttpDate.of(Instant.parse("1994-11-06T08:49:37Z"))).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(HttpDate.of(Instant.parse("2026-01-12T23:00:00.9Z"))).isEqualTo("Mon, 12 Jan 2026 23:00:00 GMT");
    }
}
