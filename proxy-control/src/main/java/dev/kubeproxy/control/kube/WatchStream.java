package dev.kubeproxy.control.kube;

import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Watchable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An open watch, its events queued by fabric8's threads for the one thread that takes them. */
final class WatchStream<T> implements AutoCloseable {

    private final BlockingQueue<WatchEvent<T>> events;
    private final Watch watch;

    private WatchStream(BlockingQueue<WatchEvent<T>> events, Watch watch) {
        this.events = events;
        this.watch = watch;
    }

    /**
     * Opens the watch, and waits until the server has answered, or until it is asked for a plain watch instead of a
     * WebSocket.
     *
     * @throws io.fabric8.kubernetes.client.KubernetesClientException when it refuses
     */
    static <T> WatchStream<T> open(Watchable<T> objects, ListOptions options) {
        BlockingQueue<WatchEvent<T>> events = new LinkedBlockingQueue<>();
        return new WatchStream<>(events, objects.watch(options, new Queueing<>(events)));
    }

    /** Waits for events and takes all there are, in their order; empty when none came in time. */
    List<WatchEvent<T>> take(Duration atMost) throws InterruptedException {
        WatchEvent<T> first = events.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return List.of();
        }
        List<WatchEvent<T>> taken = new ArrayList<>();
        taken.add(first);
        events.drainTo(taken);
        return taken;
    }

    @Override
    public void close() {
        watch.close();
    }

    private record Queueing<T>(BlockingQueue<WatchEvent<T>> events) implements Watcher<T> {

        @Override
        public void eventReceived(Action action, T object) {
            switch (action) {
                case ADDED, MODIFIED -> events.add(new WatchEvent.Seen<>(object));
                case DELETED -> events.add(new WatchEvent.Deleted<>(object));
                case BOOKMARK -> events.add(new WatchEvent.Bookmark<>(object));
                case ERROR -> events.add(new WatchEvent.Ended<>(false));
            }
        }

        @Override
        public void onClose(WatcherException cause) {
            events.add(new WatchEvent.Ended<>(cause.isHttpGone()));
        }

        @Override
        public void onClose() {
            events.add(new WatchEvent.Ended<>(false));
        }
    }
}
