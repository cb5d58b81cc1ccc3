package dev.kubeproxy.control.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.server.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncStatusTest {

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final SyncStatus status = new SyncStatus(() -> now, Duration.ofSeconds(5));

    @Test
    @Rule("K3")
    void isHealthyBeforeTheFirstSync() {
        queued(1);
        elapse(3600);
        assertThat(status.healthy(now)).isTrue();
        assertThat(status.snapshot().firstSyncDone()).isFalse();
    }

    @Test
    @Rule("K3")
    void isHealthyHoweverLongNothingHappens() {
        synced();
        elapse(3600);
        assertThat(status.healthy(now)).isTrue();
    }

    @Test
    @Rule("K3")
    void anUpdateThatWaitsTooLongIsIllHealthUntilSynced() {
        synced();
        queued(1);
        elapse(10);
        assertThat(status.healthy(now)).isTrue();
        elapse(1);
        assertThat(status.healthy(now)).isFalse();
        synced();
        assertThat(status.healthy(now)).isTrue();
    }

    @Test
    @Rule("K3")
    void theOldestWaitingUpdateCounts() {
        synced();
        queued(1);
        elapse(6);
        queued(2);
        elapse(6);
        assertThat(status.healthy(now)).isFalse();
    }

    @Test
    @Rule("K3")
    void aRoundThatDoesNotEndIsIllHealth() {
        synced();
        queued(1);
        status.onRound();
        elapse(11);
        assertThat(status.healthy(now)).isFalse();
    }

    @Test
    void whatComesDuringARoundWaitsForTheNext() {
        synced();
        queued(1);
        status.onRound();
        elapse(8);
        queued(1);
        status.onSynced(3);
        elapse(8);
        assertThat(status.healthy(now)).isTrue();
        elapse(8);
        assertThat(status.healthy(now)).isFalse();
    }

    @Test
    void tellsWhatItSaw() {
        queued(7);
        Instant queued = now;
        assertThat(status.snapshot().pending()).isEqualTo(7);
        status.onRound();
        elapse(1);
        status.onSynced(42);
        assertThat(status.snapshot()).isEqualTo(new SyncStatus.Snapshot(queued, now, 0, 42, true));
    }

    private void queued(int services) {
        status.onQueued(List.of(), new SyncObserver.Pending(services, 0, 0));
    }

    private void synced() {
        status.onRound();
        status.onSynced(1);
    }

    private void elapse(int seconds) {
        now = now.plusSeconds(seconds);
    }
}
