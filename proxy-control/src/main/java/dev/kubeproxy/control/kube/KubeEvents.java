package dev.kubeproxy.control.kube;

import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.events.EventQueue;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes events into the cluster, one after the other, on a thread of its own (rule P2). It needs no more than to create
 * them (rule Q1). A server that is away is waited for a while; what it refuses is left out.
 */
public final class KubeEvents implements ObjectObserver, AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();

    private static final int UNPROCESSABLE = 422;
    private static final int MOST_ATTEMPTS = 12;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(10);
    private static final Duration LONGEST_END = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final EventQueue queue;
    private final EventFormat format;
    private final Map<ServiceName, String> serviceIds = new ConcurrentHashMap<>();
    private final Set<Integer> refusals = new HashSet<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;

    /**
     * A writer of what comes into the queue, once it is started.
     *
     * @param client stays the caller's to close, after this
     */
    public KubeEvents(KubernetesClient client, String nodeName, EventQueue queue) {
        this.client = KubeSource.outspoken(client);
        this.queue = queue;
        this.format = new EventFormat(nodeName, InstantSource.system());
    }

    public void start() {
        thread = Thread.ofPlatform().daemon().name("events").start(this::run);
    }

    /** Ends within a second; what still waits is written if the server answers by then. */
    @Override
    public void close() {
        closed.countDown();
        if (thread == null) {
            return;
        }
        try {
            if (!thread.join(LONGEST_END)) {
                thread.interrupt();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onSeen(Service service) {
        String id = service.getMetadata().getUid();
        if (id != null) {
            serviceIds.put(
                    new ServiceName(
                            FieldReader.text(service.getMetadata().getNamespace()),
                            FieldReader.text(service.getMetadata().getName())),
                    id);
        }
        ObjectFaults.of(service).forEach(queue::tell);
    }

    @Override
    public void onSeen(EndpointSlice slice) {
        ObjectFaults.of(slice).forEach(queue::tell);
    }

    @Override
    public void onGone(ServiceName service) {
        serviceIds.remove(service);
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                Event event = queue.take(TimeUnit.MILLISECONDS.toNanos(200));
                if (event != null) {
                    write(event);
                }
            }
            for (Event event = queue.take(0); event != null; event = queue.take(0)) {
                write(event);
            }
        } catch (InterruptedException e) {
            LOG.debug("Events are left unwritten", e);
        }
    }

    private void write(Event event) throws InterruptedException {
        boolean written = false;
        for (int attempt = 1; !written && attempt <= MOST_ATTEMPTS; attempt++) {
            written = attempt(event);
            if (!written && closed.await(BETWEEN_ATTEMPTS.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        }
    }

    /** @return false where it is worth another attempt */
    private boolean attempt(Event event) {
        try {
            var written = format.of(event, serviceIds);
            client.events()
                    .v1()
                    .events()
                    .inNamespace(written.getMetadata().getNamespace())
                    .resource(written)
                    .create();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == UNPROCESSABLE
                    && event.about() instanceof Event.Subject.OwnNode
                    && format.useOldNodeNamespace()) {
                return attempt(event);
            }
            if (e.getCode() > 0 && e.getCode() < 500 && !ApiOutage.isBusy(e)) {
                refused(event, e);
                return true;
            }
            LOG.debug("The event {} is not written yet: {}", event, e.toString());
            return false;
        } catch (RuntimeException e) {
            LOG.error("The event {} is left out: this is a bug", event, e);
            return true;
        }
    }

    /** A namespace that is going takes no events; a missing right concerns all of them and is told once. */
    private void refused(Event event, KubernetesClientException e) {
        if (!isOfGoingNamespace(e) && refusals.add(e.getCode())) {
            LOG.warn("Cannot write events into the cluster: {}", ApiOutage.reason(e));
        } else {
            LOG.debug("The event {} is refused: {}", event, e.toString());
        }
    }

    private static boolean isOfGoingNamespace(KubernetesClientException e) {
        return e.getStatus() != null
                && e.getStatus().getDetails() != null
                && FieldReader.each(e.getStatus().getDetails().getCauses()).stream()
                        .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
    }
}
