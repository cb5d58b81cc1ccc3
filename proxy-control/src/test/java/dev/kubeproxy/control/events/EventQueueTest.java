package dev.kubeproxy.control.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.testing.FakeTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Events are few, and cost those who tell them nothing. */
class EventQueueTest {

    private final FakeTicker ticker = new FakeTicker();
    private final EventQueue queue = new EventQueue(ticker);

    @Test
    void theSameAgainIsToldOnceInTenMinutes() throws InterruptedException {
        queue.tell(conflict(1));
        queue.tell(conflict(1));
        ticker.advance(Duration.ofMinutes(9));
        queue.tell(conflict(1));
        assertThat(taken()).isEqualTo(1);
        ticker.advance(Duration.ofMinutes(1));
        queue.tell(conflict(1));
        assertThat(taken()).isEqualTo(1);
    }

    @Test
    void whatWasToldStaysReadableAfterItWasTaken() throws InterruptedException {
        queue.tell(conflict(1));
        ticker.advance(Duration.ofSeconds(5));
        queue.tell(conflict(2));
        assertThat(taken()).isEqualTo(2);
        assertThat(queue.recent())
                .containsExactly(
                        new EventQueue.Recent(conflict(2), Duration.ZERO),
                        new EventQueue.Recent(conflict(1), Duration.ofSeconds(5)));
    }

    @Test
    void aFloodIsCutShortAndGoesOnSlowly() throws InterruptedException {
        for (int i = 0; i < 10_000; i++) {
            queue.tell(conflict(i));
        }
        assertThat(taken()).isEqualTo(50);
        ticker.advance(Duration.ofSeconds(3));
        for (int i = 20_000; i < 30_000; i++) {
            queue.tell(conflict(i));
        }
        assertThat(taken()).isEqualTo(3);
    }

    @Test
    void whatWasCutIsToldWhenItComesAgain() throws InterruptedException {
        for (int i = 0; i < 51; i++) {
            queue.tell(conflict(i));
        }
        assertThat(taken()).isEqualTo(50);
        ticker.advance(Duration.ofSeconds(1));
        queue.tell(conflict(50));
        assertThat(taken()).isEqualTo(1);
    }

    @Test
    void eventsThatNobodyTakesAreLeftOutAtABound() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            queue.tell(conflict(i));
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(taken()).isEqualTo(256);
    }

    private int taken() throws InterruptedException {
        int taken = 0;
        while (queue.take(0) != null) {
            taken++;
        }
        return taken;
    }

    private static Event conflict(int number) {
        var service = new Event.Subject.OfService(new ServiceName("default", "web-" + number));
        return Event.warning(service, "PortConflict", "Listen", "Port conflict detected");
    }
}
