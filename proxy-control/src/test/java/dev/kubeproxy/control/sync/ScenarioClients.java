package dev.kubeproxy.control.sync;

import static java.util.Objects.requireNonNull;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.balance.Insiders;
import dev.kubeproxy.server.balance.Pick;
import dev.kubeproxy.server.balance.Picker;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Claim;
import dev.kubeproxy.server.model.CloseReason;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.model.TrafficPolicy;
import dev.kubeproxy.server.observe.ServicePortObserver;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What clients see that dial this node. Who has a frontend and whom it leads to is worked out by the data plane's own
 * routes and pools; only sockets, and the nftables table that silences, are not there.
 */
final class ScenarioClients {

    /** As often as Kubernetes' own tests ask before they believe in affinity. */
    private static final int ATTEMPTS = 15;

    private final Ticker ticker;
    private final Insiders insiders = new Insiders();
    private final Map<ServicePortName, Map<TrafficPolicy, PoolRef>> pools = new HashMap<>();
    private List<InetAddress> machine = List.of();
    private Collection<ServiceState> services = List.of();

    ScenarioClients(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Takes whose traffic counts as this node's own (rule D5). */
    void node(List<InetAddress> addresses, List<Cidr> pods) {
        machine = addresses;
        List<Cidr> inside = new ArrayList<>(pods);
        addresses.forEach(
                address -> inside.add(new Cidr(address, IpFamily.of(address).bits())));
        insiders.publish(inside);
    }

    /** Takes what the data plane was told; pools live as long as their service ports, pins and all. */
    void services(Collection<ServiceState> told) {
        services = told;
        List<ServicePort> ports =
                told.stream().flatMap(service -> service.ports().stream()).toList();
        pools.keySet().retainAll(ports.stream().map(ServicePort::name).collect(Collectors.toSet()));
        for (ServicePort port : ports) {
            Map<TrafficPolicy, PoolRef> refs = pools.computeIfAbsent(port.name(), _ -> new HashMap<>());
            for (TrafficPolicy policy : TrafficPolicy.values()) {
                refs.computeIfAbsent(policy, _ -> new PoolRef(0, ticker)).publish(port.pool(policy));
            }
        }
    }

    /** The backends that a client gets that dials many times, or {@code refused}, or {@code silent}. */
    String answer(InetAddress client, Frontend dialled) {
        return holder(dialled)
                .or(() -> holder(anyAddress(dialled)))
                .map(held -> answer(client, dialled, held))
                .orElse("refused");
    }

    private static String answer(InetAddress client, Frontend dialled, Held held) {
        Picker picker = held.route(dialled.address()).picker(client);
        TreeSet<Backend> seen = new TreeSet<>(Comparator.comparing(Backend::toString));
        for (int i = 0; i < ATTEMPTS; i++) {
            switch (picker.pick(client)) {
                case Pick.Chosen(Backend backend) -> seen.add(backend);
                case Pick.Refused(CloseReason reason) -> {
                    boolean silent = reason == CloseReason.DENIED || held.port().usableAnywhere();
                    return silent ? "silent" : "refused";
                }
            }
        }
        return seen.stream().map(Backend::toString).collect(Collectors.joining(" "));
    }

    /** What has the frontend: of several that want it, the one of the oldest Service (rule H3). */
    private Optional<Held> holder(Frontend frontend) {
        TreeMap<Claim, ServicePort> claims = new TreeMap<>();
        for (ServiceState service : services) {
            service.ports().stream()
                    .filter(port -> port.frontends().containsKey(frontend))
                    .forEach(port -> claims.put(new Claim(service.created(), port.name()), port));
        }
        return claims.isEmpty()
                ? Optional.empty()
                : Optional.of(new Held(claims.firstEntry().getValue(), frontend));
    }

    /** The NodePort on all addresses that the node has. */
    private Frontend anyAddress(Frontend dialled) {
        IpFamily family = IpFamily.of(dialled.address());
        return machine.contains(dialled.address())
                ? new Frontend(family.any(), dialled.port(), dialled.protocol())
                : dialled;
    }

    /** A frontend and the service port that has it. */
    private final class Held {

        private final ServicePort port;
        private final Access access;

        Held(ServicePort port, Frontend frontend) {
            this.port = port;
            this.access = requireNonNull(port.frontends().get(frontend));
        }

        ServicePort port() {
            return port;
        }

        Route route(InetAddress dialled) {
            return new Route(
                    port.name(),
                    dialled,
                    access,
                    insiders,
                    pool(access.inside()),
                    pool(access.outside()),
                    new DrainRef(port.drain()),
                    port.udpBalancing(),
                    ServicePortObserver.NOOP);
        }

        private PoolRef pool(TrafficPolicy policy) {
            return requireNonNull(requireNonNull(pools.get(port.name())).get(policy));
        }
    }
}
