package dev.kubeproxy.control.manifest;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.ChangeSink;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.ServiceSpec;
import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What the changes that a source offered add up to. */
final class OfferedState implements ChangeSink {

    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<ServiceName, ServiceSpec> services = new TreeMap<>();
    private final Map<ServiceName, SliceSpec> slices = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Map<String, NodeSpec> nodes = new TreeMap<>();
    private boolean synced;

    @Override
    public void offer(List<Change> offered) {
        lock.lock();
        try {
            changes.addAll(offered);
            offered.forEach(this::apply);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void apply(Change change) {
        switch (change) {
            case Change.ServiceSet(ServiceSpec service) -> services.put(service.name(), service);
            case Change.ServiceGone(ServiceName name) -> services.remove(name);
            case Change.SliceSet(SliceSpec slice) -> slices.put(slice.name(), slice);
            case Change.SliceGone(ServiceName name) -> slices.remove(name);
            case Change.NodeSet(NodeSpec node) -> nodes.put(node.name(), node);
            case Change.NodeGone(String name) -> nodes.remove(name);
            case Change.NodesKnown _, Change.ApiServerAt _ -> {}
        }
    }

    @Override
    public void offerSynced() {
        lock.lock();
        try {
            synced = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void awaitSynced() {
        await("synced", state -> state.synced);
    }

    void await(String what, Predicate<OfferedState> condition) {
        lock.lock();
        try {
            long deadline = System.nanoTime() + BOUND.toNanos();
            while (!condition.test(this)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not within " + BOUND + ": " + what + "; there is " + services.values());
                }
                changed.awaitNanos(POLL.toNanos()); // conditions may look at more than what is offered
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }

    boolean synced() {
        return read(() -> synced);
    }

    List<String> serviceNames() {
        return read(() -> services.keySet().stream().map(ServiceName::toString).toList());
    }

    List<String> sliceNames() {
        return read(() -> slices.keySet().stream().map(ServiceName::toString).toList());
    }

    ServiceSpec service(String name) {
        ServiceSpec service = read(() -> services.get(new ServiceName("default", name)));
        if (service == null) {
            throw new AssertionError("no Service " + name + " is offered");
        }
        return service;
    }

    String clusterIp(String name) {
        return Addresses.text(service(name).clusterIps().getFirst());
    }

    int nodePort(String name) {
        return service(name).ports().getFirst().nodePort();
    }

    /** The addresses of a slice's endpoints. */
    List<String> endpoints(String slice) {
        SliceSpec spec = read(() -> slices.get(new ServiceName("default", slice)));
        return spec == null
                ? List.of()
                : spec.endpoints().stream()
                        .map(endpoint -> Addresses.text(endpoint.address()))
                        .toList();
    }

    List<String> nodeNames() {
        return read(() -> List.copyOf(nodes.keySet()));
    }

    /** The zone of {@code node1}; empty where it has none. */
    String zone() {
        return read(() -> {
            NodeSpec node = nodes.get("node1");
            return node == null ? "" : node.zone();
        });
    }

    List<Change> changes() {
        return read(() -> List.copyOf(changes));
    }

    void forgetChanges() {
        lock.lock();
        try {
            changes.clear();
        } finally {
            lock.unlock();
        }
    }

    private <T> T read(Supplier<T> reader) {
        lock.lock();
        try {
            return reader.get();
        } finally {
            lock.unlock();
        }
    }
}
