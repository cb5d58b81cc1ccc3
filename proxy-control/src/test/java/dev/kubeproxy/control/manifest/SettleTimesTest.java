package dev.kubeproxy.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SettleTimesTest {

    private static final long NOW = 1_000;
    private static final long LONGEST_WAIT = 1_000_000_000;

    private final SettleTimes times = new SettleTimes();

    @Test
    void aFileThatIsWrittenWhereItIsWaitsForItsWriter() {
        times.touch("web.yaml", NOW);
        assertThat(times.due(NOW)).isEmpty();
        assertThat(times.due(NOW + times.untilNext(NOW, LONGEST_WAIT))).containsOnlyKeys("web.yaml");
    }

    @Test
    void aFileThatIsMovedOverAnotherIsReadAtOnce() {
        times.replaced("web.yaml", NOW);
        assertThat(times.untilNext(NOW, LONGEST_WAIT)).isZero();
        assertThat(times.due(NOW).get("web.yaml")).matches(touched -> !touched.inPlace());
    }

    @Test
    void aMoveEndsTheWaitForAnEarlierWriter() {
        times.touch("web.yaml", NOW);
        times.replaced("web.yaml", NOW + 1);
        assertThat(times.due(NOW + 1)).containsOnlyKeys("web.yaml");
    }

    @Test
    void aFileThatIsWrittenWithoutEndIsBelievedTwoSecondsAfterItsFirstTouch() {
        assertThat(heldBackUntil(0, TimeUnit.MILLISECONDS.toNanos(3))).isEqualTo(TimeUnit.SECONDS.toNanos(2));
        assertThat(heldBackUntil(0, TimeUnit.MILLISECONDS.toNanos(700)))
                .isBetween(TimeUnit.SECONDS.toNanos(2), TimeUnit.MILLISECONDS.toNanos(2_110));
    }

    /** When a file that lacks objects and is touched again and again from a time on is taken as it is. */
    private long heldBackUntil(long start, long pause) {
        SettleTimes times = new SettleTimes();
        long touch = start;
        for (long now = start; now < start + TimeUnit.SECONDS.toNanos(10); ) {
            if (now == touch) {
                times.touch("web.yaml", now);
                touch += pause;
            }
            SettleTimes.Touched touched = times.due(now).get("web.yaml");
            if (touched != null) {
                if (!touched.mayChange(now, SettleTimes.FOR_OBJECTS)) {
                    return now;
                }
                times.later("web.yaml", touched, SettleTimes.FOR_OBJECTS);
            }
            now += Math.min(times.untilNext(now, LONGEST_WAIT), touch - now);
        }
        throw new AssertionError("it is held back for ever");
    }

    @Test
    void aFileThatWasHeldBackAndIsTouchedAgainHasItsQuietFirst() {
        times.touch("web.yaml", NOW);
        long looked = NOW + times.untilNext(NOW, LONGEST_WAIT);
        times.due(looked).forEach((name, touched) -> times.later(name, touched, SettleTimes.FOR_OBJECTS));
        long again = NOW + SettleTimes.FOR_OBJECTS / 2;
        times.touch("web.yaml", again);
        assertThat(times.untilNext(again, LONGEST_WAIT)).isEqualTo(looked - NOW);
    }

    @Test
    void aFileThatComesBackWithItsDirectoryIsSettledAnew() {
        times.touch("web.yaml", NOW);
        long back = NOW + TimeUnit.MINUTES.toNanos(1);
        times.beginAnew(back);
        assertThat(times.due(back)).isEmpty();
        assertThat(times.due(back + times.untilNext(back, LONGEST_WAIT)).get("web.yaml"))
                .matches(touched -> touched.mayChange(back, SettleTimes.FOR_OBJECTS));
    }
}
