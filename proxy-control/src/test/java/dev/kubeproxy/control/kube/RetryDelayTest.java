package dev.kubeproxy.control.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryDelayTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final RetryDelay delay = new RetryDelay(now::get, new Random(1));

    @ParameterizedTest
    @CsvSource({"0, 250", "10, 250", "60, 1000", "600, 10000", "86400, 30000"})
    void theWaitIsASixtiethOfTheTroubleLessAQuarterByChance(long seconds, long millis) {
        delay.next();
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());

        assertThat(delay.next()).isBetween(Duration.ofMillis(millis * 3 / 4), Duration.ofMillis(millis));
    }

    @Test
    void aBusyServerHasASecondAtLeast() {
        assertThat(delay.nextOfBusy()).isBetween(Duration.ofMillis(750), Duration.ofSeconds(1));
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        assertThat(delay.nextOfBusy()).isBetween(Duration.ofMillis(7500), Duration.ofSeconds(10));
    }

    @Test
    void afterAHealthyTimeItBeginsAnew() {
        delay.next();
        now.addAndGet(Duration.ofHours(1).toNanos());
        delay.healthy();

        assertThat(delay.next()).isLessThanOrEqualTo(Duration.ofMillis(250));
    }
}
