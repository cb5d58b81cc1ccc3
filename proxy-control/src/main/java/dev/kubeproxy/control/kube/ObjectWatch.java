package dev.kubeproxy.control.kube;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.kube.WatchedKind.Selection;
import dev.kubeproxy.server.balance.Ticker;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Lists one kind of object, then follows its watch, for ever (rule O4). A watch that ends is resumed at the version it
 * came to; only where the server no longer knows that version is the list read again, and then just the difference is
 * offered.
 *
 * <p>Not an informer of fabric8: those keep every object, retry up to half a minute apart and in silence, and log each
 * failed list.
 */
final class ObjectWatch implements Runnable {

    private static final Logger LOG = LogManager.getLogger();

    /** Objects per answer, so that a big list is never in memory whole. */
    private static final long PAGE = 500;

    /** A watch that says nothing for so long, not even a bookmark, may be dead; opening another one is cheap. */
    private static final Duration SILENCE = Duration.ofMinutes(2);

    /** The server ends the watch then; a connection that outlives its load balancer's memory would do nobody good. */
    private static final long WATCH_SECONDS = 480;

    /** A watch that lasts so long is a good one. */
    private static final Duration PROBATION = Duration.ofSeconds(1);

    private final WatchedKind kind;
    private final ChangeSink sink;
    private final ApiOutage outage;
    private final KnownObjects known;
    private final RetryDelay delay = new RetryDelay(Ticker.SYSTEM, RandomGenerator.getDefault());
    private final CompletableFuture<Void> firstList = new CompletableFuture<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    /** The last watch lived no time: it may have met the server's end, so the next one still goes on from where it was. */
    private boolean endedAtOnce;

    ObjectWatch(WatchedKind kind, ChangeSink sink, ApiOutage outage) {
        this.kind = kind;
        this.sink = sink;
        this.outage = outage;
        this.known = new KnownObjects(kind);
    }

    String name() {
        return kind.name();
    }

    /** Complete once the first list has been offered. */
    CompletableFuture<Void> firstList() {
        return firstList;
    }

    /** Ends the watch soon; interrupt its thread to end it now. */
    void close() {
        closed.countDown();
    }

    @Override
    public void run() {
        try {
            while (isOpen()) {
                listAndFollow();
            }
        } catch (InterruptedException _) {
            LOG.debug("The watch of {} was interrupted", kind.name());
        }
    }

    private void listAndFollow() throws InterruptedException {
        try {
            follow(kind.selection().get());
        } catch (RuntimeException | Error e) { // of any kind: a watch that gave up would never hear of a change again
            failed(e);
            pauseAfter(e);
        }
    }

    private <T extends HasMetadata> void follow(Selection<T> selection) throws InterruptedException {
        Optional<String> version = Optional.of(list(selection));
        while (isOpen() && version.isPresent()) {
            version = watch(selection, version.get());
        }
    }

    /** Offers the difference between the list and what is known. Returns the list's version. */
    private <T extends HasMetadata> String list(Selection<T> selection) {
        KnownObjects.Listing<T> listing = known.listing(selection.reader());
        String next = null;
        KubernetesResourceList<T> page;
        do {
            page = selection
                    .objects()
                    .list(new ListOptionsBuilder()
                            .withLimit(PAGE)
                            .withContinue(next)
                            .build());
            page.getItems().forEach(listing::add);
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
        offer(listing.complete());
        firstList.complete(null);
        LOG.debug("Listed {} at version {}", kind.name(), page.getMetadata().getResourceVersion());
        return FieldReader.text(page.getMetadata().getResourceVersion());
    }

    /** Follows one watch to its end. Returns the version it came to; empty where the list has to be read again. */
    private <T extends HasMetadata> Optional<String> watch(Selection<T> selection, String from)
            throws InterruptedException {
        try (WatchStream<T> stream = WatchStream.open(selection.objects(), watchFrom(from))) {
            return drain(stream, selection, from);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_GONE) {
                failed(e);
            }
            pauseAfter(e);
            // After an answer, and a bad one, only a new list can tell what the server thinks; a busy one it would cost
            // most.
            return e.getCode() > 0 && !ApiOutage.isBusy(e) ? Optional.empty() : Optional.of(from);
        }
    }

    private <T extends HasMetadata> Optional<String> drain(WatchStream<T> stream, Selection<T> selection, String from)
            throws InterruptedException {
        String version = from;
        boolean good = false;
        while (isOpen()) {
            List<WatchEvent<T>> events = stream.take(good ? SILENCE : PROBATION);
            version = offer(events, selection, version);
            if (!events.isEmpty() && events.getLast() instanceof WatchEvent.Ended<T>(boolean expired)) {
                return good && !expired
                        ? Optional.of(version)
                        : afterBadEnd(expired, !good && version.equals(from), version);
            }
            if (good && events.isEmpty()) {
                break;
            }
            good = true;
            endedAtOnce = false;
            delay.healthy();
            outage.worked(kind.name());
        }
        return Optional.of(version);
    }

    /** Offers what the events say, together. Returns the version they came to. */
    private <T extends HasMetadata> String offer(List<WatchEvent<T>> events, Selection<T> selection, String from) {
        List<Change> changes = new ArrayList<>(events.size());
        String version = from;
        for (WatchEvent<T> event : events) {
            switch (event) {
                case WatchEvent.Seen<T>(T object) -> {
                    changes.addAll(known.seen(object, selection.reader()));
                    version = version(object, version);
                }
                case WatchEvent.Deleted<T>(T object) -> {
                    changes.addAll(known.deleted(object));
                    version = version(object, version);
                }
                case WatchEvent.Bookmark<T>(T object) -> version = version(object, version);
                case WatchEvent.Ended<T> _ -> LOG.debug("A watch of {} ended", kind.name());
            }
        }
        offer(changes);
        return version;
    }

    /** The watch expired, or lived no time, and the one before as well: lists anew where that may help. */
    private Optional<String> afterBadEnd(boolean expired, boolean useless, String version) throws InterruptedException {
        if (useless && !expired) {
            failed(new KubernetesClientException("it ended the watch at once"));
        }
        boolean again = useless && endedAtOnce;
        endedAtOnce = useless && !again;
        pause(delay.next());
        return expired || again ? Optional.empty() : Optional.of(version);
    }

    private void offer(List<Change> changes) {
        if (!changes.isEmpty()) {
            sink.offer(changes);
        }
    }

    private void failed(Throwable cause) {
        if (isOpen()) {
            outage.failed(kind.name(), cause);
        }
    }

    private boolean isOpen() {
        return closed.getCount() > 0;
    }

    private void pauseAfter(Throwable cause) throws InterruptedException {
        pause(ApiOutage.isBusy(cause) ? delay.nextOfBusy() : delay.next());
    }

    private void pause(Duration wait) throws InterruptedException {
        if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.debug("The watch of {} is closed", kind.name());
        }
    }

    private static ListOptions watchFrom(String version) {
        return new ListOptionsBuilder()
                .withResourceVersion(version)
                .withAllowWatchBookmarks(true)
                .withTimeoutSeconds(WATCH_SECONDS)
                .build();
    }

    private static String version(HasMetadata object, String before) {
        String version = FieldReader.text(object.getMetadata().getResourceVersion());
        return version.isEmpty() ? before : version;
    }
}
