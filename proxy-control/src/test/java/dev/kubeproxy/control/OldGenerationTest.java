package dev.kubeproxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.MemoryNotificationInfo;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import org.junit.jupiter.api.Test;

class OldGenerationTest {

    private static final long MIB = 1L << 20;

    private final NotificationBroadcasterSupport jvm = new NotificationBroadcasterSupport();
    private final RecordingPool pool = new RecordingPool();
    private final OldGeneration generation = new OldGeneration(jvm, pool);

    private static final class RecordingPool implements OldGeneration.Pool {

        private final List<Long> thresholds = new ArrayList<>();
        private int collections;
        private long inUse;

        @Override
        public void notifyAbove(long bytes) {
            thresholds.add(bytes);
        }

        @Override
        public long collect() {
            collections++;
            return inUse;
        }
    }

    @Test
    void itIsCollectedWheneverWhatWasInUseHasDoubled() {
        pool.inUse = 40 * MIB;
        tell(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED);
        pool.inUse = 100 * MIB;
        tell(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED);

        assertThat(pool.collections).isEqualTo(2);
        assertThat(pool.thresholds).containsExactly(OldGeneration.LEAST, 80 * MIB, 200 * MIB);
    }

    @Test
    void littleIsLeftAlone() {
        pool.inUse = MIB;
        tell(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED);

        assertThat(pool.thresholds).containsExactly(OldGeneration.LEAST, OldGeneration.LEAST);
    }

    @Test
    void otherNewsOfTheMemoryAreNotItsBusiness() {
        tell(MemoryNotificationInfo.MEMORY_COLLECTION_THRESHOLD_EXCEEDED);

        assertThat(pool.collections).isZero();
    }

    @Test
    void afterItsEndNothingIsCollected() throws JMException {
        generation.close();

        tell(MemoryNotificationInfo.MEMORY_THRESHOLD_EXCEEDED);

        assertThat(pool.collections).isZero();
    }

    private void tell(String type) {
        jvm.sendNotification(new Notification(type, "memory", 1));
    }
}
