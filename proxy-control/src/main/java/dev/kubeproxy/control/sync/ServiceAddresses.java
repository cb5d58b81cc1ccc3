package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.DesiredService;
import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Which addresses the Services need, and how their claims stand. An address that nobody needs any more stays claimed
 * until no connection uses it (rule D9). Confined to the sync thread.
 */
final class ServiceAddresses {

    private static final Logger LOG = LogManager.getLogger();

    private final AddressClaims claims;
    private final Predicate<InetAddress> inUse;
    private final Map<ServiceName, Set<InetAddress>> neededBy = new HashMap<>();
    private final Map<InetAddress, Integer> needed = new HashMap<>();
    private final Set<InetAddress> failed = new HashSet<>();
    private final Set<InetAddress> idle = new HashSet<>();
    private boolean newFailures;

    ServiceAddresses(AddressClaims claims, Predicate<InetAddress> inUse) {
        this.claims = claims;
        this.inUse = inUse;
    }

    /** Claims what the Services are about to need, ahead of their sockets. */
    void claim(List<DesiredService> services) {
        Set<InetAddress> addresses = new HashSet<>();
        services.forEach(service -> addresses.addAll(service.addresses()));
        newFailures |= failed.addAll(tryClaim(addresses));
    }

    /** The data plane has the Service as it is now. */
    void settle(DesiredService service) {
        Set<InetAddress> before =
                service.isGone() ? neededBy.remove(service.name()) : neededBy.put(service.name(), service.addresses());
        service.addresses().forEach(address -> {
            needed.merge(address, 1, Integer::sum);
            idle.remove(address);
        });
        if (before != null) {
            before.forEach(this::dropNeed);
        }
    }

    /** Gives up what nobody needs and no connection uses. */
    void releaseIdle() {
        Set<InetAddress> unused = new HashSet<>(idle);
        unused.removeIf(inUse);
        if (!unused.isEmpty()) {
            unused.forEach(idle::remove);
            idle.addAll(tryRelease(unused));
        }
    }

    /** Makes true again what others undid: claims what is needed, gives up what is not. */
    void recheck() {
        failed.clear();
        refresh();
        idle.addAll(claims.claimed()); // to those that wait, not all of which have a route
        idle.removeIf(needed::containsKey);
        failed.addAll(tryClaim(needed.keySet()));
        releaseIdle();
    }

    /** Looks at what is local, an earlier run's addresses included. */
    void refresh() {
        try {
            claims.refresh();
        } catch (RuntimeException e) {
            LOG.warn("What is local to this node cannot be read; what was read before stays", e);
        }
    }

    /** True where nothing waits to be claimed or released. */
    boolean settled() {
        return failed.isEmpty() && idle.isEmpty();
    }

    /** True where claims failed, since this was last asked, that had not failed before. */
    boolean newFailures() {
        boolean answer = newFailures;
        newFailures = false;
        return answer;
    }

    private Collection<InetAddress> tryClaim(Set<InetAddress> addresses) {
        try {
            return addresses.isEmpty() ? addresses : claims.claim(addresses);
        } catch (RuntimeException e) {
            LOG.error("Addresses cannot be made local, they are tried again: this is a bug", e);
            return addresses;
        }
    }

    private Collection<InetAddress> tryRelease(Set<InetAddress> addresses) {
        try {
            return claims.release(addresses);
        } catch (RuntimeException e) {
            LOG.error("Addresses cannot be given up, they are tried again: this is a bug", e);
            return addresses;
        }
    }

    private void dropNeed(InetAddress address) {
        if (needed.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1) == null) {
            failed.remove(address);
            idle.add(address);
        }
    }
}
