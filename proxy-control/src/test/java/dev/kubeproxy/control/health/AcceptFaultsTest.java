package dev.kubeproxy.control.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.CapturedLog;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptFaultsTest {

    private final List<Throwable> closed = new ArrayList<>();
    private final EmbeddedChannel listener = new EmbeddedChannel(new AcceptFaults(closed::add));

    @Test
    void acceptingPausesForAWhileAndIsToldOnce() {
        listener.freezeTime();
        try (CapturedLog log = new CapturedLog(AcceptFaults.class)) {
            for (int tries = 0; tries < 3; tries++) {
                listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
                assertThat(listener.config().isAutoRead()).isFalse();
                listener.advanceTimeBy(AcceptFaults.PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                listener.runScheduledPendingTasks();
                assertThat(listener.config().isAutoRead()).isTrue();
            }
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("WARN Accepting on ")
                    .endsWith("Too many open files");
            listener.writeInbound("a client");
            listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
            assertThat(log.lines()).hasSize(2);
        }
        listener.checkException(); // none has come through to Netty, which would log it
        assertThat(closed).isEmpty();
    }

    @Test
    void anyOtherFaultClosesTheSocketAndIsTold() {
        IllegalStateException fault = new IllegalStateException("on purpose, by a test");
        listener.pipeline().fireExceptionCaught(fault);
        assertThat(listener.isOpen()).isFalse();
        assertThat(closed).containsExactly(fault);
    }
}
