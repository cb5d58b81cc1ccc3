package dev.kubeproxy.control.kube;

import dev.kubeproxy.control.events.Event.Subject;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Makes objects of {@code events.k8s.io/v1} of events (rule P2). Pure but for the clock and a number; any thread. */
final class EventFormat {

    private static final String CONTROLLER = "kube-proxy";
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final String OLD_NODE_NAMESPACE = "kube-system";

    /** What the API server takes. */
    private static final int LONGEST_NOTE = 1024;

    private static final int LONGEST_INSTANCE = 128;

    /** Leaves room for the number after it: a name has up to 253 characters. */
    private static final int LONGEST_NAME = 230;

    private final String nodeName;
    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong();
    private volatile String nodeNamespace = "default";

    EventFormat(String nodeName, InstantSource clock) {
        this.nodeName = nodeName;
        this.clock = clock;
    }

    /** @param serviceIds UIDs, by which kubectl finds the events of an object it describes */
    Event of(dev.kubeproxy.control.events.Event event, Map<ServiceName, String> serviceIds) {
        Instant now = clock.instant();
        ObjectReference regarding = reference(event.about(), serviceIds);
        String namespace = regarding.getNamespace() == null ? nodeNamespace : regarding.getNamespace();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(cut(regarding.getName(), LONGEST_NAME) + "." + Long.toHexString(number(now)))
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(now)))
                .withReportingController(CONTROLLER)
                .withReportingInstance(cut(CONTROLLER + "-" + nodeName, LONGEST_INSTANCE))
                .withRegarding(regarding)
                .withType(event.type().toString())
                .withReason(event.reason())
                .withAction(event.action())
                .withNote(cut(event.note(), LONGEST_NOTE))
                .build();
    }

    /**
     * From now on Nodes' events are where API servers up to 1.20 want them; newer ones take them there too.
     *
     * @return false where they were there already
     */
    boolean useOldNodeNamespace() {
        boolean news = !nodeNamespace.equals(OLD_NODE_NAMESPACE);
        nodeNamespace = OLD_NODE_NAMESPACE;
        return news;
    }

    /** Nanoseconds, or one more than the last time: no two events have one name. */
    private long number(Instant now) {
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        return last.updateAndGet(before -> Math.max(before + 1, nanos));
    }

    private ObjectReference reference(Subject subject, Map<ServiceName, String> serviceIds) {
        return switch (subject) {
            // A Node's events are found by its name in place of its UID.
            case Subject.OwnNode() ->
                new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(nodeName)
                        .withUid(nodeName)
                        .build();
            case Subject.OfService(ServiceName name) ->
                new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Service")
                        .withNamespace(name.namespace())
                        .withName(name.name())
                        .withUid(serviceIds.get(name))
                        .build();
            case Subject.OfSlice(ServiceName name) ->
                new ObjectReferenceBuilder()
                        .withApiVersion("discovery.k8s.io/v1")
                        .withKind("EndpointSlice")
                        .withNamespace(name.namespace())
                        .withName(name.name())
                        .build();
        };
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }
}
