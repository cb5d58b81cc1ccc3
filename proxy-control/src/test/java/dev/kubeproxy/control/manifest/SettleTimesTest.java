package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettleTimesTest {

    private static final long NOW = 1_000;
    private static final long LONGEST_WAIT = 1_000_000_000;

    private final SettleTimes times = new SettleTimes();

    @Test
    void aFileThatIsWrittenWhereItIsWaitsForItsWriter() {
        times.touch("web.yaml", true, NOW);
        assertThat(times.due(NOW)).isEmpty();
        assertThat(times.due(NOW + times.untilNext(NOW, LONGEST_WAIT))).containsOnlyKeys("web.yaml");
    }

    @Test
    void aFileThatIsMovedOverAnotherIsReadAtOnce() {
        times.replaced("web.yaml", NOW);
        assertThat(times.untilNext(NOW, LONGEST_WAIT)).isZero();
        assertThat(times.due(NOW).get("web.yaml"))
                .matches(touched -> !touched.mayBeHalfWritten(NOW, SettleTimes.FOR_OBJECTS));
    }

    @Test
    void aMoveEndsTheWaitForAnEarlierWriter() {
        times.touch("web.yaml", true, NOW);
        times.replaced("web.yaml", NOW + 1);
        assertThat(times.due(NOW + 1)).containsOnlyKeys("web.yaml");
    }
}
