package dev.kubeproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.testing.FakeTicker;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopLagTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FakeTicker ticker = new FakeTicker();
    private final List<Long> lags = new ArrayList<>();

    @Test
    void tellsEachTimeHowMuchLaterThanDueALoopWorks() {
        new EventLoopLag(channel.eventLoop(), Duration.ofSeconds(1), ticker, new ProxyObserver() {
                    @Override
                    public void onEventLoopLag(long nanos) {
                        lags.add(nanos);
                    }
                })
                .start();
        pass(Duration.ofSeconds(1));
        pass(Duration.ofMillis(1030));
        assertThat(lags).containsExactly(0L, Duration.ofMillis(30).toNanos());
    }

    private void pass(Duration time) {
        ticker.advance(time);
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
