package dev.kubeproxy.control.desired;

import dev.kubeproxy.control.desired.AddressAllocation.NodePort;
import dev.kubeproxy.control.desired.Ledger.Slot;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request on its way through the ledgers: everything is found first, then taken at once or not at all. */
final class Allotting {

    private static final int FIRST_NODE_PORT = 30_000;
    private static final int LAST_NODE_PORT = 32_767;
    private static final int NODE_PORTS_KEPT_LOW = 86;
    private static final Band NODE_PORTS = new Band(FIRST_NODE_PORT, LAST_NODE_PORT + 1, NODE_PORTS_KEPT_LOW);

    private final AddressRequest request;
    private final ServiceName service;
    private final Set<Object> named;
    private final Map<IpFamily, ClusterIpRange> ranges;
    private final Ledger<InetAddress> addresses;
    private final Ledger<NodePort> nodePorts;
    private final Map<Slot, InetAddress> foundAddresses = new LinkedHashMap<>();
    private final Map<Slot, NodePort> foundPorts = new LinkedHashMap<>();
    private final List<Runnable> choices = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Allotting(
            AddressRequest request,
            Set<Object> named,
            Map<IpFamily, ClusterIpRange> ranges,
            Ledger<InetAddress> addresses,
            Ledger<NodePort> nodePorts) {
        this.request = request;
        this.service = request.name();
        this.named = named;
        this.ranges = ranges;
        this.addresses = addresses;
        this.nodePorts = nodePorts;
    }

    AddressGrant grant(FamilyPlan plan) {
        problems.addAll(plan.problems());
        if (problems.isEmpty()) {
            for (IpFamily family : plan.families()) {
                InetAddress address = plan.named().get(family);
                if (address != null) {
                    takeNamed(family, address);
                } else {
                    choose(family);
                }
            }
        }
        request.nodePorts().stream().filter(port -> port.nodePort() != 0).forEach(this::takeNamed);
        request.nodePorts().stream().filter(port -> port.nodePort() == 0).forEach(this::choose);
        return problems.isEmpty()
                ? new AddressGrant.Granted(List.copyOf(foundAddresses.values()), numbers())
                : new AddressGrant.Denied(problems);
    }

    void hold() {
        addresses.hold(service, foundAddresses);
        nodePorts.hold(service, foundPorts);
    }

    /** What it holds is its own for good. */
    void settle() {
        addresses.settle(service);
        nodePorts.settle(service);
        choices.forEach(Runnable::run);
    }

    private void takeNamed(IpFamily family, InetAddress address) {
        String problem = range(family).problem(address);
        if (problem != null) {
            problems.add("spec.clusterIP: %s %s; choose one inside, or leave the field out to have it chosen"
                    .formatted(Addresses.text(address), problem));
        } else if (addresses.heldByOther(address, service)) {
            problems.add("spec.clusterIP: %s belongs to Service %s already; choose another, or leave the field out"
                    .formatted(Addresses.text(address), holder(addresses.holder(address))));
        } else {
            foundAddresses.put(AddressAllocation.slot(service, family), address);
        }
    }

    private void choose(IpFamily family) {
        Slot slot = AddressAllocation.slot(service, family);
        ClusterIpRange range = range(family);
        InetAddress address = had(addresses, slot);
        if (address == null || range.problem(address) != null) {
            address = range.choose(slot, value -> free(addresses, value) && !addresses.chosenForOther(value, service));
        }
        if (address == null) {
            address = range.choose(slot, value -> free(addresses, value));
        }
        if (address == null) {
            problems.add(
                    "spec.clusterIP: all %d addresses of --service-cluster-ip-range %s are in use; widen it, or remove a Service"
                            .formatted(range.size(), range.cidr()));
            return;
        }
        InetAddress chosen = address;
        foundAddresses.put(slot, chosen);
        choices.add(() -> addresses.remember(slot, chosen));
    }

    private void takeNamed(AddressRequest.Port port) {
        NodePort nodePort = new NodePort(port.nodePort(), port.protocol());
        if (outside(port.nodePort())) {
            problems.add("spec.ports: nodePort %d of port %d is not in %d-%d; choose one inside, or leave the field out"
                    .formatted(port.nodePort(), port.port(), FIRST_NODE_PORT, LAST_NODE_PORT));
        } else if (nodePorts.heldByOther(nodePort, service)) {
            problems.add(
                    "spec.ports: nodePort %d/%s of port %d belongs to Service %s already; choose another, or leave the field out"
                            .formatted(
                                    port.nodePort(), port.protocol(), port.port(), holder(nodePorts.holder(nodePort))));
        } else if (foundPorts.containsValue(nodePort)) {
            problems.add("spec.ports: nodePort %d/%s is given to two ports of the Service; choose another for port %d"
                    .formatted(port.nodePort(), port.protocol(), port.port()));
        } else {
            foundPorts.put(AddressAllocation.slot(service, port.port(), port.protocol()), nodePort);
        }
    }

    private void choose(AddressRequest.Port port) {
        Slot slot = AddressAllocation.slot(service, port.port(), port.protocol());
        NodePort nodePort = had(nodePorts, slot);
        if (nodePort == null || outside(nodePort.number()) || foundPorts.containsValue(nodePort)) {
            nodePort = chooseNumber(slot, port, true);
        }
        if (nodePort == null) {
            nodePort = chooseNumber(slot, port, false);
        }
        if (nodePort == null) {
            problems.add("spec.ports: all nodePorts %d-%d are in use; remove a Service of type NodePort or LoadBalancer"
                    .formatted(FIRST_NODE_PORT, LAST_NODE_PORT));
            return;
        }
        NodePort chosen = nodePort;
        foundPorts.put(slot, chosen);
        choices.add(() -> nodePorts.remember(slot, chosen));
    }

    /** Chooses numbers that no protocol uses while there are any, since people think of the number alone. */
    private @Nullable NodePort chooseNumber(Slot slot, AddressRequest.Port port, boolean sparing) {
        int number = NODE_PORTS.choose(slot, candidate -> {
            NodePort own = new NodePort(candidate, port.protocol());
            return free(nodePorts, own) && !foundPorts.containsValue(own) && (!sparing || spare(candidate));
        });
        return number < 0 ? null : new NodePort(number, port.protocol());
    }

    private boolean spare(int number) {
        for (Protocol protocol : Protocol.values()) {
            NodePort nodePort = new NodePort(number, protocol);
            if (nodePorts.holder(nodePort) != null
                    || nodePorts.chosenForOther(nodePort, service)
                    || foundPorts.containsValue(nodePort)) {
                return false;
            }
        }
        return true;
    }

    /** What the slot has now, or had when its Service was last there, unless another has it now. */
    private <V> @Nullable V had(Ledger<V> ledger, Slot slot) {
        V chosen = ledger.chosen(slot);
        V held = ledger.held(slot);
        V had = held != null && (held.equals(chosen) || !named.contains(held)) ? held : chosen;
        return had == null || ledger.heldByOther(had, service) ? null : had;
    }

    private <V> boolean free(Ledger<V> ledger, V value) {
        return !ledger.heldByOther(value, service) && !named.contains(value);
    }

    private static boolean outside(int number) {
        return number < FIRST_NODE_PORT || number > LAST_NODE_PORT;
    }

    private List<Integer> numbers() {
        return request.nodePorts().stream()
                .map(port -> foundPorts.get(AddressAllocation.slot(service, port.port(), port.protocol())))
                .map(nodePort -> Objects.requireNonNull(nodePort).number())
                .toList();
    }

    private ClusterIpRange range(IpFamily family) {
        return Objects.requireNonNull(ranges.get(family));
    }

    private static String holder(@Nullable Slot slot) {
        return slot == null ? "" : slot.service().toString();
    }
}
