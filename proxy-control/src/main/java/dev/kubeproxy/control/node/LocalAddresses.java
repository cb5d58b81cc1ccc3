package dev.kubeproxy.control.node;

import static java.util.stream.Collectors.toSet;

import dev.kubeproxy.control.sync.AddressClaims;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Cidr;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Service addresses made local by routes: the kernel then takes their packets in. An address is guarded before it is
 * local, so that no host process is ever reached at it. What is local anyway (the node's own addresses) is not touched;
 * in 127.0.0.0/8, which needs no routes, Services' addresses are just guarded. Confined to the sync thread; once that
 * has ended, to the one that closes.
 */
public final class LocalAddresses implements AddressClaims {

    private static final Logger LOG = LogManager.getLogger();
    private static final int MOST_NAMED = 10;

    private final LocalRoutes routes;
    private final OtherAddresses others;
    private final Instances instances;
    private final AddressGuard guard;
    private final FailureReport report = new FailureReport();
    private final Set<InetAddress> ours = new HashSet<>();

    /** Routes of runs that have ended. */
    private final Map<InetAddress, Set<LocalRoute>> left = new HashMap<>();

    private boolean guardFails;

    LocalAddresses(Command ip, OtherAddresses others, Instances instances, AddressGuard guard) {
        this.routes = new LocalRoutes(ip);
        this.others = others;
        this.instances = instances;
        this.guard = guard;
    }

    /**
     * Of the machine, or container, that this process runs in.
     *
     * @param serviceRanges where Services' addresses come from; counts in 127.0.0.0/8 only
     */
    public static LocalAddresses ofThisMachine(List<Cidr> serviceRanges, Instances instances, AddressGuard guard) {
        return new LocalAddresses(
                new ProcessCommand(List.of("ip")),
                new OtherAddresses(NodeAddresses::current, serviceRanges),
                instances,
                guard);
    }

    @Override
    public void refresh() {
        others.refreshInterfaces();
        try {
            LocalRoutes.Table table = routes.read();
            Set<Integer> living = instances.living();
            others.refreshRoutes(table);
            ours.clear();
            left.clear();
            for (LocalRoute route : table.ours()) {
                if (route.instance() == instances.own()) {
                    ours.add(route.address());
                } else if (!living.contains(route.instance())) {
                    left.computeIfAbsent(route.address(), _ -> new HashSet<>()).add(route);
                }
            }
        } catch (IOException e) { // where routes are needed, adding them fails likewise and is reported
            LOG.debug("Local routes cannot be read", e);
            return;
        }
        guardClaimed();
    }

    @Override
    public Set<InetAddress> claimed() {
        Set<InetAddress> claimed = new HashSet<>(ours);
        claimed.addAll(left.keySet());
        return claimed;
    }

    @Override
    public Set<InetAddress> claim(Collection<InetAddress> addresses) {
        try {
            guard.guard(addresses.stream().filter(others::leaveToServices).toList());
        } catch (IOException e) { // an address that is not guarded must not become local
            report.failed(addresses.stream().collect(Collectors.toMap(a -> a, _ -> String.valueOf(e.getMessage()))));
            return Set.copyOf(addresses);
        }
        List<InetAddress> missing = addresses.stream()
                .filter(address -> !others.contains(address) && !ours.contains(address))
                .toList();
        return missing.isEmpty() ? Set.of() : add(missing);
    }

    @Override
    public Set<InetAddress> release(Collection<InetAddress> addresses) {
        report.forget(addresses);
        List<LocalRoute> unneeded = new ArrayList<>();
        for (InetAddress address : addresses) {
            if (ours.contains(address)) {
                unneeded.add(new LocalRoute(address, instances.own()));
            }
            unneeded.addAll(left.getOrDefault(address, Set.of()));
        }
        Set<InetAddress> stay = remove(unneeded);
        guard.unguard(
                addresses.stream().filter(address -> !stay.contains(address)).toList());
        return stay;
    }

    /**
     * Removes what runs that have ended made local.
     *
     * @throws IOException when some of it stays; the message says why
     */
    public void flush() throws IOException {
        Set<Integer> living = instances.living();
        Map<LocalRoute, String> failures = routes.remove(routes.read().ours().stream()
                .filter(route -> !living.contains(route.instance()))
                .toList());
        if (!failures.isEmpty()) {
            throw new IOException("%d local routes of protocol %s cannot be removed: %s"
                    .formatted(failures.size(), LocalRoutes.OURS, Set.copyOf(failures.values())));
        }
    }

    /** Guards what is local because of us, and leaves to the node what became its own meanwhile. */
    private void guardClaimed() {
        Map<Boolean, List<InetAddress>> claimed =
                claimed().stream().collect(Collectors.partitioningBy(others::leaveToServices));
        List<InetAddress> exposed = claimed.getOrDefault(true, List.of());
        try {
            guard.guard(exposed);
            guardFails = false;
        } catch (IOException e) {
            if (!guardFails) {
                LOG.warn(
                        "Service addresses are local and cannot be guarded ({}): processes of this host that listen on"
                                + " all addresses are reached there. It is tried again: {}",
                        e.getMessage(),
                        some(exposed));
            }
            guardFails = true;
        }
        guard.unguard(claimed.getOrDefault(false, List.of()));
    }

    private Set<InetAddress> add(List<InetAddress> addresses) {
        Map<LocalRoute, String> failed = routes.add(addresses.stream()
                .map(address -> new LocalRoute(address, instances.own()))
                .toList());
        Map<InetAddress, String> failures = new HashMap<>();
        failed.forEach((route, reason) -> failures.put(route.address(), reason));
        List<InetAddress> added = new ArrayList<>(addresses);
        added.removeIf(failures::containsKey);
        ours.addAll(added);
        LOG.debug("Made {} addresses local: {}", added::size, () -> some(added));
        report.worked(added);
        report.failed(failures);
        remove(added.stream()
                .flatMap(address -> left.getOrDefault(address, Set.of()).stream())
                .toList());
        return failures.keySet();
    }

    /** @return the addresses of those that could not be removed */
    private Set<InetAddress> remove(List<LocalRoute> unneeded) {
        if (unneeded.isEmpty()) {
            return Set.of();
        }
        Map<LocalRoute, String> failures = routes.remove(unneeded);
        for (LocalRoute route : unneeded) {
            if (!failures.containsKey(route)) {
                onRemoved(route);
            }
        }
        Set<InetAddress> stay =
                failures.keySet().stream().map(LocalRoute::address).collect(toSet());
        LOG.debug("Removed {} routes; {} stay: {}", unneeded.size() - failures.size(), stay.size(), some(stay));
        return stay;
    }

    private void onRemoved(LocalRoute route) {
        if (route.instance() == instances.own()) {
            ours.remove(route.address());
        } else {
            left.computeIfPresent(route.address(), (_, routesLeft) -> {
                routesLeft.remove(route);
                return routesLeft.isEmpty() ? null : routesLeft;
            });
        }
    }

    private static String some(Collection<InetAddress> addresses) {
        String texts = addresses.stream().limit(MOST_NAMED).map(Addresses::text).collect(Collectors.joining(", "));
        return addresses.size() > MOST_NAMED ? texts + ", …" : texts;
    }
}
