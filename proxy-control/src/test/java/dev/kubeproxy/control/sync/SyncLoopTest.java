package dev.kubeproxy.control.sync;

import static dev.kubeproxy.control.desired.Specs.THIS_NODE;
import static dev.kubeproxy.control.desired.Specs.changes;
import static dev.kubeproxy.control.desired.Specs.service;
import static dev.kubeproxy.control.desired.Specs.serviceGone;
import static dev.kubeproxy.control.desired.Specs.tcp;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.DrainPolicy;
import dev.kubeproxy.control.desired.NodePortAddresses;
import dev.kubeproxy.server.model.ProxyUpdate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncLoopTest {

    private record Applied(ProxyUpdate update, String thread) {}

    private final BlockingQueue<Applied> applied = new LinkedBlockingQueue<>();
    private final SyncLoop loop = new SyncLoop(
            new ClusterState(THIS_NODE, NodePortAddresses.ALL, DrainPolicy.KEEP),
            new DataPlane(this::apply, _ -> false),
            new LocalNode(new FakeClaims(), List::of),
            new SyncStatus(InstantSource.system(), Duration.ofSeconds(30)),
            Pace.standard(System::nanoTime));

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void aChangeTakesEffectOnTheSyncThread() throws InterruptedException {
        loop.start();
        loop.offer(changes(service("web", "10.96.0.10", tcp("", 80))));
        loop.offerSynced();
        Applied first = next();
        assertThat(first.thread()).isEqualTo("sync");
        assertThat(first.update().revision()).isEqualTo(1);

        loop.offer(changes(serviceGone("web")));
        assertThat(next().update().services().getFirst().ports()).isEmpty();
    }

    @Test
    void whatFourThreadsOfferAllTakesEffect() throws InterruptedException {
        loop.start();
        loop.offerSynced();
        List<Thread> sources = List.of(source(0), source(1), source(2), source(3));
        for (Thread source : sources) {
            source.join();
        }
        int services = 0;
        while (services < 1000) {
            services += next().update().services().size();
        }
        assertThat(services).isEqualTo(1000);
    }

    @Test
    void nothingHappensAfterClose() {
        loop.start();
        loop.offerSynced();
        loop.close();
        loop.offer(changes(service("web", "10.96.0.10", tcp("", 80))));
        assertThat(applied).isEmpty();
    }

    @Test
    void oneThatNeverStartedCloses() {
        loop.close();
        loop.offer(changes(service("web", "10.96.0.10", tcp("", 80))));
        assertThat(applied).isEmpty();
    }

    private CompletionStage<Void> apply(ProxyUpdate update) {
        applied.add(new Applied(update, Thread.currentThread().getName()));
        return CompletableFuture.completedFuture(null);
    }

    private Thread source(int number) {
        return Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 250; i++) {
                loop.offer(changes(service("service-" + number + "-" + i, "10.96." + number + "." + i, tcp("", 80))));
            }
        });
    }

    private Applied next() throws InterruptedException {
        return requireNonNull(applied.poll(10, TimeUnit.SECONDS), "an update within 10 s");
    }
}
