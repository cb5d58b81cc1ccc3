package dev.kubeproxy.control.sync;

import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.ready;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.serviceGone;
import static dev.kubeproxy.control.desired.Specs.slice;
import static dev.kubeproxy.control.desired.Specs.sliceGone;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.server.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeQueueTest {

    private static final ServiceSpec OLD = service("web", "10.96.0.10", tcp("", 80));
    private static final ServiceSpec NEW = service("web", "10.96.0.10", tcp("", 99));

    private final SyncStatus status = new SyncStatus(() -> Instant.EPOCH, Duration.ofSeconds(30));
    private final ChangeQueue queue = new ChangeQueue(status);

    @Test
    @Rule("A9")
    void addAndUpdateIsTheUpdate() {
        offer(OLD);
        offer(NEW);
        assertThat(queue.drain()).containsExactly(new Change.ServiceSet(NEW));
    }

    @Test
    @Rule("A9")
    void updateAndDeleteIsTheDelete() {
        offer(NEW);
        offer(serviceGone("web"));
        assertThat(queue.drain()).containsExactly(serviceGone("web"));
    }

    @Test
    @Rule("A9")
    void deleteAndAddIsTheAdd() {
        offer(serviceGone("web"));
        offer(NEW);
        assertThat(queue.drain()).containsExactly(new Change.ServiceSet(NEW));
    }

    @Test
    void objectsOfOneNameAndSeveralKindsAreSeveral() {
        offer(OLD, slice("web", "web", 8080, ready("10.0.0.1")), new NodeSpec("web", "", List.of()));
        assertThat(status.snapshot().pending()).isEqualTo(3);
        offer(sliceGone("web"));
        assertThat(queue.drain()).hasSize(3).contains(sliceGone("web"));
    }

    @Test
    void whatWasTakenIsNotTakenAgain() {
        offer(OLD);
        queue.drain();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.drain()).isEmpty();
    }

    @Test
    void aWakeUpBeforeTheWaitIsNotLost() throws InterruptedException {
        queue.wake();
        queue.await(Long.MAX_VALUE);
        offer(OLD);
        queue.await(Long.MAX_VALUE);
        queue.await(0);
        assertThat(queue.isEmpty()).isFalse();
    }

    private void offer(Object... specs) {
        queue.offer(changes(specs));
    }
}
