package dev.kubeproxy.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorBudgetTest {

    private final List<String> heard = new ArrayList<>();
    private final DescriptorBudget budget = new DescriptorBudget(10, new DescriptorBudget.Episodes() {
        @Override
        public void onExhausted() {
            heard.add("exhausted");
        }

        @Override
        public void onAvailable() {
            heard.add("available");
        }
    });

    @Test
    void nothingIsTakenWhereThereIsTooLittle() {
        assertThat(budget.tryAcquire(8)).isTrue();
        assertThat(budget.tryAcquire(3)).isFalse();
        assertThat(budget.used()).isEqualTo(8);
    }

    @Test
    @Rule("F4")
    void listenersLeaveSomeForWhomTheyLetIn() {
        for (int i = 0; i < 6; i++) {
            assertThat(budget.tryAcquireForListener()).isTrue();
        }
        assertThat(budget.tryAcquireForListener()).isFalse();
        assertThat(budget.used()).isEqualTo(6);
        budget.releaseOfListener();
        assertThat(budget.tryAcquireForListener()).isTrue();
        assertThat(heard).isEmpty();
    }

    @Test
    @Rule("F4")
    void aListenerHasOneThoughConnectionsHoldAll() {
        assertThat(budget.tryAcquire(10)).isTrue();
        assertThat(budget.tryAcquireForListener()).isTrue();
        assertThat(budget.used()).isEqualTo(11);
    }

    @Test
    void aReleaseWakesNoMoreWaitersThanItHasRoomFor() {
        budget.acquire(10);
        budget.onAvailable(2, () -> heard.add("first"));
        budget.onAvailable(2, () -> heard.add("second"));
        budget.release(1);
        assertThat(heard).containsExactly("exhausted");
        budget.release(1);
        assertThat(heard).containsExactly("exhausted", "first");
        budget.release(2);
        assertThat(heard).startsWith("exhausted", "first", "second");
    }

    @Test
    void nobodyIsWokenWhileMoreIsHeldThanThereIs() {
        budget.acquire(14);
        budget.onAvailable(2, () -> heard.add("woken"));
        budget.release(4);
        assertThat(heard).containsExactly("exhausted");
        budget.release(2);
        assertThat(heard).contains("woken");
    }

    @Test
    void whoComesAfterTheReleaseIsWokenAtOnce() {
        budget.acquire(8);
        budget.onAvailable(2, () -> heard.add("woken"));
        assertThat(heard).contains("woken");
    }

    @Test
    void anEpisodeEndsWhenHalfIsFree() {
        budget.acquire(10);
        assertThat(budget.tryAcquire(1)).isFalse();
        assertThat(budget.tryAcquire(1)).isFalse();
        budget.release(5);
        assertThat(heard).containsExactly("exhausted");
        budget.release(1);
        assertThat(heard).containsExactly("exhausted", "available");
    }
}
