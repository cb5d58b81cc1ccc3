package dev.kubeproxy.control.sync;

import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.sliceGone;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SyncObserverTest implements SyncObserver {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final List<Trigger> triggers = new ArrayList<>();
    private final List<Duration> rounds = new ArrayList<>();
    private int handedIn;
    private Pending pending = Pending.NOTHING;
    private Instant now = NOON;

    private final SyncStatus status = new SyncStatus(() -> now, Duration.ofSeconds(5), this);
    private final ChangeQueue queue = new ChangeQueue(status);

    @Test
    @Rule("M5")
    void eachChangeCountsAndOfThoseThatWaitEachObjectOnce() {
        var web = service("web", "10.96.0.1", tcp("", 80));
        offer(web, changed("a", null), new NodeSpec("node1", "", List.of()));
        offer(web, changed("a", null), changed("b", null));
        assertThat(handedIn).isEqualTo(6);
        assertThat(pending).isEqualTo(new Pending(1, 2, 1));
        round();
        assertThat(pending).isEqualTo(Pending.NOTHING);
    }

    @Test
    void aRoundIsTimedFromItsBegin() {
        offer(changed("a", null));
        now = NOON.plusSeconds(9);
        queue.drain();
        now = NOON.plusSeconds(10);
        status.onSynced(1);
        assertThat(rounds).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    @Rule("M4")
    void severalChangesOfASliceInOneRoundAreAsManySamples() {
        offer(changed("a", NOON.minusSeconds(3)));
        offer(changed("a", NOON.minusSeconds(2)), changed("b", NOON.minusSeconds(1)));
        round();
        assertThat(triggers)
                .extracting(Trigger::at)
                .containsExactlyInAnyOrder(NOON.minusSeconds(3), NOON.minusSeconds(2), NOON.minusSeconds(1));
        round();
        assertThat(triggers).hasSize(3);
    }

    @Test
    @Rule("M4")
    void aChangeThatDoesNotSayWhenAndASliceThatGoesAreNoSamples() {
        offer(changed("a", NOON.minusSeconds(3)), changed("b", null));
        offer(sliceGone("a"));
        round();
        assertThat(triggers).isEmpty();
    }

    @Test
    @Rule("M4")
    void whatAFailedRoundTookCountsOnceOneSucceeds() {
        offer(changed("a", NOON.minusSeconds(3)));
        queue.drain();
        offer(changed("b", NOON.minusSeconds(2)));
        round();
        assertThat(triggers).hasSize(2);
    }

    @Test
    void aSampleHasTheFamilyOfItsSlice() {
        offer(slice("a", "web", 80, ready("fd00::1")).withLastChange(NOON));
        round();
        assertThat(triggers).containsExactly(new Trigger(NOON, IpFamily.IPV6));
    }

    private void offer(Object... specs) {
        queue.offer(changes(specs));
    }

    private void round() {
        queue.drain();
        status.onSynced(1);
    }

    private static SliceSpec changed(String name, @Nullable Instant at) {
        return slice(name, "web", 80, ready("10.0.0.1")).withLastChange(at);
    }

    @Override
    public void onQueued(Instant when, List<Change> changes, Pending now) {
        handedIn += changes.size();
        pending = now;
    }

    @Override
    public void onSynced(Instant when, Duration took, List<Trigger> synced, Pending now) {
        rounds.add(took);
        triggers.addAll(synced);
        pending = now;
    }
}
