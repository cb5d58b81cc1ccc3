package dev.kubeproxy.control.desired;

import dev.kubeproxy.control.desired.Ledger.Slot;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The ClusterIPs and nodePorts of Services where no API server gives them. What a Service had it keeps; what its
 * manifest names it gets unless another has it; for the rest the name decides, so that a restart, or deleting a Service
 * and adding it again, changes nothing. Single writer: the manifest thread.
 */
public final class AddressAllocation {

    /** A nodePort is held per protocol. */
    record NodePort(int number, Protocol protocol) {}

    private final Map<IpFamily, ClusterIpRange> ranges = new LinkedHashMap<>();
    private final Ledger<InetAddress> addresses = new Ledger<>();
    private final Ledger<NodePort> nodePorts = new Ledger<>();

    /**
     * An allocation of which nothing is given yet.
     *
     * @param ranges one, or one of each family; the first one's family is that of single-stack Services
     * @throws IllegalArgumentException when there is no range, or two of a family
     */
    public AddressAllocation(List<Cidr> ranges) {
        for (Cidr range : ranges) {
            ClusterIpRange earlier = this.ranges.putIfAbsent(range.family(), new ClusterIpRange(range));
            if (earlier != null) {
                throw new IllegalArgumentException("--service-cluster-ip-range has two %s ranges, %s and %s; give one"
                        .formatted(range.family(), earlier.cidr(), range));
            }
        }
        if (ranges.isEmpty()) {
            throw new IllegalArgumentException("--service-cluster-ip-range is empty; the default is 10.96.0.0/12");
        }
    }

    /** Takes in what was chosen before a restart. Allotments that fit nowhere any more are ignored later. */
    public void remember(Collection<Allotment> allotments) {
        for (Allotment allotment : allotments) {
            switch (allotment) {
                case Allotment.ClusterIp(ServiceName service, InetAddress address) ->
                    addresses.remember(slot(service, IpFamily.of(address)), address);
                case Allotment.NodePort(ServiceName service, int port, Protocol protocol, int number) ->
                    nodePorts.remember(slot(service, port, protocol), new NodePort(number, protocol));
            }
        }
    }

    /** What was chosen so far, for Services that are gone also, by name. */
    public List<Allotment> allotments() {
        return Stream.concat(
                        addresses.chosen().entrySet().stream().map(e ->
                                (Allotment) new Allotment.ClusterIp(e.getKey().service(), e.getValue())),
                        nodePorts.chosen().entrySet().stream().map(AddressAllocation::allotment))
                .sorted(Comparator.comparing(Allotment::service).thenComparing(Allotment::toString))
                .toList();
    }

    /** Grows with every change of {@link #allotments}. */
    public long revision() {
        return addresses.revision() + nodePorts.revision();
    }

    /**
     * Gives Services what they ask for. Of several at once those come first that had something before, then those whose
     * manifest names what it wants; what one names is not chosen for another.
     */
    public Map<ServiceName, AddressGrant> assign(List<AddressRequest> requests) {
        Set<Object> named = new HashSet<>();
        for (AddressRequest request : requests) {
            named.addAll(FamilyPlan.of(request, cidrs()).named().values());
            request.nodePorts().forEach(port -> named.add(new NodePort(port.nodePort(), port.protocol())));
        }
        List<AddressRequest> open = new ArrayList<>(requests);
        open.sort(Comparator.comparingInt(this::rank));
        Map<ServiceName, AddressGrant> grants = new LinkedHashMap<>();
        boolean granted = true;
        while (granted) { // one that moves away may leave what another was denied
            open.forEach(request -> hold(request, named, grants).ifPresent(Allotting::settle));
            granted = open.removeIf(request -> isGranted(grants, request)) || exchange(open, named, grants);
        }
        return grants;
    }

    /**
     * Some of those that are denied may want what others of them have. They let go together, as many as then get what
     * they want; of what a manifest does not name each keeps what it had.
     *
     * @return true where there were any, which are no longer open
     */
    private boolean exchange(List<AddressRequest> open, Set<Object> named, Map<ServiceName, AddressGrant> grants) {
        List<AddressRequest> moving = new ArrayList<>(open);
        moving.removeIf(request -> !holdsAny(request.name()));
        while (moving.size() > 1) {
            List<Runnable> restore = new ArrayList<>();
            List<AddressRequest> trial =
                    moving.stream().map(this::withWhatItHas).toList();
            for (AddressRequest request : moving) {
                ServiceName service = request.name();
                var hadAddresses = addresses.held(service);
                var hadNodePorts = nodePorts.held(service);
                restore.add(() -> addresses.hold(service, hadAddresses));
                restore.add(() -> nodePorts.hold(service, hadNodePorts));
                release(service);
            }
            List<Allotting> held = new ArrayList<>();
            Map<ServiceName, AddressGrant> moved = new HashMap<>();
            trial.forEach(request -> hold(request, named, moved).ifPresent(held::add));
            if (held.size() == moving.size()) {
                held.forEach(Allotting::settle);
                grants.putAll(moved);
                open.removeAll(moving);
                return true;
            }
            moving.forEach(request -> release(request.name()));
            restore.forEach(Runnable::run);
            moving.removeIf(request -> !isGranted(moved, request));
        }
        return false;
    }

    /** The request, naming also what the Service has of what its manifest leaves out. */
    private AddressRequest withWhatItHas(AddressRequest request) {
        ServiceName service = request.name();
        List<String> clusterIps = new ArrayList<>(request.clusterIps());
        if (clusterIps.isEmpty()) {
            FamilyPlan.of(request, cidrs()).families().stream()
                    .map(family -> addresses.held(slot(service, family)))
                    .filter(Objects::nonNull)
                    .map(Addresses::text)
                    .forEach(clusterIps::add);
        }
        List<AddressRequest.Port> ports = request.nodePorts().stream()
                .map(port -> {
                    NodePort had = nodePorts.held(slot(service, port.port(), port.protocol()));
                    return port.nodePort() != 0 || had == null
                            ? port
                            : new AddressRequest.Port(port.port(), port.protocol(), had.number());
                })
                .toList();
        return new AddressRequest(service, clusterIps, request.ipFamilies(), request.ipFamilyPolicy(), ports);
    }

    private boolean holdsAny(ServiceName service) {
        return !addresses.held(service).isEmpty() || !nodePorts.held(service).isEmpty();
    }

    private static boolean isGranted(Map<ServiceName, AddressGrant> grants, AddressRequest request) {
        return grants.get(request.name()) instanceof AddressGrant.Granted;
    }

    /** The Service is gone; what it had is free, and remembered while nobody else needs it. */
    public void release(ServiceName service) {
        addresses.release(service);
        nodePorts.release(service);
    }

    /**
     * Has the Service hold what it asks for, where it can have all of it.
     *
     * @param grants takes the answer
     * @return what is to be settled then
     */
    private Optional<Allotting> hold(AddressRequest request, Set<Object> named, Map<ServiceName, AddressGrant> grants) {
        Allotting allotting = new Allotting(request, named, ranges, addresses, nodePorts);
        grants.put(request.name(), allotting.grant(FamilyPlan.of(request, cidrs())));
        if (!isGranted(grants, request)) {
            return Optional.empty();
        }
        allotting.hold();
        return Optional.of(allotting);
    }

    private int rank(AddressRequest request) {
        boolean hadAny = ranges.keySet().stream()
                        .anyMatch(family -> addresses.chosen(slot(request.name(), family)) != null)
                || request.nodePorts().stream()
                        .anyMatch(port -> nodePorts.chosen(slot(request.name(), port.port(), port.protocol())) != null);
        return hadAny ? 0 : request.namesAny() ? 1 : 2;
    }

    private List<Cidr> cidrs() {
        return ranges.values().stream().map(ClusterIpRange::cidr).toList();
    }

    static Slot slot(ServiceName service, IpFamily family) {
        return new Slot(service, family.toString());
    }

    static Slot slot(ServiceName service, int port, Protocol protocol) {
        return new Slot(service, port + "/" + protocol);
    }

    private static Allotment allotment(Map.Entry<Slot, NodePort> chosen) {
        String what = chosen.getKey().what();
        NodePort nodePort = chosen.getValue();
        int port = Integer.parseInt(what, 0, what.indexOf('/'), 10);
        return new Allotment.NodePort(chosen.getKey().service(), port, nodePort.protocol(), nodePort.number());
    }
}
