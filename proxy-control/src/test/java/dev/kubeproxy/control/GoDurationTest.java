package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0s, PT0S",
        "250ms, 250ms, PT0.25S",
        "1.5s, 1.5s, PT1.5S",
        "90s, 1m30s, PT1M30S",
        "1h, 1h0m0s, PT1H",
        "1h1ns, 1h0m0.000000001s, PT1H0.000000001S",
        "10us, 10000ns, PT0.00001S",
        ".5m, 30s, PT30S"
    })
    void readsAndWritesAsGoDoes(String text, String canonical, Duration duration) {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
        assertThat(GoDuration.text(duration)).isEqualTo(canonical);
    }
}
