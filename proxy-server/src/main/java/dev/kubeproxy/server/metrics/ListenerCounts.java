package dev.kubeproxy.server.metrics;

import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ServicePortName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many listeners are in each state. Thread-safe. */
final class ListenerCounts {

    /** Two Services may want one frontend: each has a status of its own. */
    private record Key(Frontend frontend, ServicePortName owner) {}

    private final AtomicInteger bound;
    private final AtomicInteger failed;
    private final AtomicInteger conflict;
    private final Map<Key, AtomicInteger> countedIn = new ConcurrentHashMap<>();

    ListenerCounts(MeterRegistry registry) {
        this.bound = total("bound", registry);
        this.failed = total("failed", registry);
        this.conflict = total("conflict", registry);
    }

    void set(ListenerStatus status) {
        AtomicInteger total = switch (status.state()) {
            case ListenerStatus.State.Bound _ -> bound;
            case ListenerStatus.State.Failed _ -> failed;
            case ListenerStatus.State.Conflict _ -> conflict;
        };
        leave(countedIn.put(key(status), total));
        total.incrementAndGet();
    }

    void remove(ListenerStatus last) {
        leave(countedIn.remove(key(last)));
    }

    private static void leave(@Nullable AtomicInteger total) {
        if (total != null) {
            total.decrementAndGet();
        }
    }

    private static AtomicInteger total(String state, MeterRegistry registry) {
        AtomicInteger total = new AtomicInteger();
        Gauge.builder(MicrometerProxyObserver.PREFIX + "listeners", total, AtomicInteger::get)
                .description("Listeners of service addresses by state")
                .tag("state", state)
                .register(registry);
        return total;
    }

    private static Key key(ListenerStatus status) {
        return new Key(status.frontend(), status.owner());
    }
}
