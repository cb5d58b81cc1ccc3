package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServiceName;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The newest decision of each Service, for whoever wants to look. Single writer: the sync thread. Readers: any thread;
 * they never hold it up.
 */
public final class Decisions {

    private final Map<ServiceName, Decision> newest = new ConcurrentHashMap<>();
    private final AtomicLong revision = new AtomicLong();

    void put(Decision decision) {
        newest.put(decision.name(), decision);
        revision.incrementAndGet();
    }

    void remove(ServiceName name) {
        if (newest.remove(name) != null) {
            revision.incrementAndGet();
        }
    }

    /** Grows with every change. What is read after it is as new as it says, or newer. */
    public long revision() {
        return revision.get();
    }

    /** Of all Services, in no order; a view that follows. */
    public Collection<Decision> all() {
        return Collections.unmodifiableCollection(newest.values());
    }

    public Optional<Decision> of(ServiceName name) {
        return Optional.ofNullable(newest.get(name));
    }
}
