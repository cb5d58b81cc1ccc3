package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that is known of the cluster, and what the data plane was told of it. A change costs what its Service costs,
 * however many Services there are; a change of the node costs all of them. Confined to the sync thread.
 */
public final class ClusterState {

    private final Map<ServiceName, ServiceSpec> services = new HashMap<>();
    private final Map<ServiceName, TreeMap<ServiceName, SliceSpec>> slicesOf = new HashMap<>();
    private final Map<ServiceName, ServiceName> serviceOfSlice = new HashMap<>();
    private final Map<ServiceName, DesiredService> told = new HashMap<>();
    private final TreeSet<ServiceName> dirty = new TreeSet<>();
    private final OtherMachines machines = new OtherMachines();
    private final PodAddresses pods;
    private final AddressOwners owners;
    private final Decisions decisions = new Decisions();
    private final NodePortAddresses nodePorts;
    private final DrainPolicy drainPolicy;
    private NodeFacts node;

    /** Of a cluster whose pods have no range that were known of. */
    public ClusterState(String nodeName, NodePortAddresses nodePorts, DrainPolicy drainPolicy) {
        this(nodeName, nodePorts, drainPolicy, List.of());
    }

    /**
     * Knows of nothing yet.
     *
     * @param drainPolicy of all Services that have none of their own
     * @param podRanges of the cluster's pods
     */
    public ClusterState(String nodeName, NodePortAddresses nodePorts, DrainPolicy drainPolicy, List<Cidr> podRanges) {
        this.nodePorts = nodePorts;
        this.drainPolicy = drainPolicy;
        this.pods = new PodAddresses(podRanges);
        this.owners = new AddressOwners(machines, pods);
        this.node = new NodeFacts(nodeName, null, List.of());
    }

    /**
     * What a rebuild found.
     *
     * @param changed what the data plane does not know yet, by name
     * @param failed Services that could not be rebuilt; they stay as they were told and are tried again
     * @param standings how many endpoints stand how, of each service port that was decided on
     */
    public record Rebuilt(
            List<DesiredService> changed,
            Map<ServiceName, RuntimeException> failed,
            Map<ServicePortName, Map<Standing, Integer>> standings) {}

    public void apply(Change change) {
        switch (change) {
            case Change.ServiceSet(ServiceSpec service) -> {
                services.put(service.name(), service);
                dirty.add(service.name());
            }
            case Change.ServiceGone(ServiceName name) -> {
                services.remove(name);
                dirty.add(name);
            }
            case Change.SliceSet(SliceSpec slice) -> {
                ServiceName before = serviceOfSlice.put(slice.name(), slice.service());
                if (before != null && !before.equals(slice.service())) {
                    removeSlice(slice.name(), before);
                }
                slicesOf.computeIfAbsent(slice.service(), _ -> new TreeMap<>()).put(slice.name(), slice);
                dirty.add(slice.service());
            }
            case Change.SliceGone(ServiceName name) -> {
                ServiceName service = serviceOfSlice.remove(name);
                if (service != null) {
                    removeSlice(name, service);
                }
            }
            case Change.NodeSet(NodeSpec spec) -> {
                pods.put(spec);
                if (spec.name().equals(node.name())) {
                    node(new NodeFacts(node.name(), spec, node.machineAddresses()));
                } else {
                    machines.put(spec);
                }
            }
            case Change.NodeGone(String name) -> {
                if (!name.equals(node.name())) { // this machine runs on
                    pods.delete(name);
                    machines.delete(name);
                }
            }
            case Change.NodesKnown(boolean known) -> machines.known(known);
            case Change.ApiServerAt(Set<InetAddress> addresses) -> machines.apiServer(addresses);
        }
    }

    /** Takes what the node's interfaces have now; order does not matter. */
    public void applyMachineAddresses(Collection<InetAddress> addresses) {
        NodeFacts now = new NodeFacts(node.name(), node.spec(), List.copyOf(addresses));
        if (!Set.copyOf(now.machineAddresses()).equals(Set.copyOf(node.machineAddresses()))) {
            node(now);
        }
    }

    public NodeFacts node() {
        return node;
    }

    /** What is decided, for threads that want to look. */
    public Decisions decisions() {
        return decisions;
    }

    /** Decides anew for the Services that changed. The same comes again until it was {@link #told}. */
    public Rebuilt rebuild() {
        if (owners.takeChanges()) {
            services.values().forEach(this::markIfServedOtherwise);
        }
        List<DesiredService> changed = new ArrayList<>();
        Map<ServiceName, RuntimeException> failed = new LinkedHashMap<>();
        Map<ServicePortName, Map<Standing, Integer>> standings = new HashMap<>();
        for (Iterator<ServiceName> names = dirty.iterator(); names.hasNext(); ) {
            ServiceName name = names.next();
            DesiredService before = toldOf(name);
            try {
                Built built = decide(name, before);
                standings.putAll(built.standings());
                DesiredService now = built.asked();
                if (now.equals(before)) {
                    names.remove();
                } else {
                    changed.add(now);
                }
            } catch (RuntimeException e) {
                failed.put(name, e);
            }
        }
        return new Rebuilt(List.copyOf(changed), failed, standings);
    }

    /**
     * The data plane now knows what {@link #rebuild} found.
     *
     * @return what it knew before
     */
    public DesiredService told(DesiredService now) {
        DesiredService before = toldOf(now.name());
        if (now.isGone()) {
            told.remove(now.name());
        } else {
            told.put(now.name(), now);
        }
        dirty.remove(now.name());
        return before;
    }

    private DesiredService toldOf(ServiceName name) {
        DesiredService known = told.get(name);
        return known == null ? DesiredService.gone(name) : known;
    }

    private Built decide(ServiceName name, DesiredService before) {
        ServiceSpec service = services.get(name);
        if (service == null) {
            decisions.remove(name);
            return new Built(DesiredService.gone(name), Map.of());
        }
        TreeMap<ServiceName, SliceSpec> slices = slicesOf.get(name);
        List<SliceSpec> found = slices == null ? List.of() : List.copyOf(slices.values());
        Built now = new ServiceStateBuilder(service, node, nodePorts, drainPolicy, owners).build(found, before);
        decisions.put(new Decision(service, found, node, now.asked()));
        return now.asked().isGone() ? new Built(DesiredService.gone(name), Map.of()) : now;
    }

    /** Decides anew for a Service whose addresses changed hands. */
    private void markIfServedOtherwise(ServiceSpec service) {
        if (!owners.elsewhere(service, node).equals(toldOf(service.name()).elsewhere())) {
            dirty.add(service.name());
        }
    }

    private void removeSlice(ServiceName slice, ServiceName service) {
        TreeMap<ServiceName, SliceSpec> slices = slicesOf.get(service);
        if (slices != null) {
            slices.remove(slice);
            if (slices.isEmpty()) {
                slicesOf.remove(service);
            }
        }
        dirty.add(service);
    }

    private void node(NodeFacts now) {
        if (!now.equals(node)) {
            node = now;
            dirty.addAll(services.keySet());
        }
    }
}
