package dev.kubeproxy.control.sync;

import dev.kubeproxy.server.model.Addresses;
import java.net.InetAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Claims that are remembered, and fail where told to. Those in 127.0.0.0/8 need no route, so they are not listed. */
final class FakeClaims implements AddressClaims {

    final Set<InetAddress> claimed = new LinkedHashSet<>();
    final Set<InetAddress> everReleased = new LinkedHashSet<>();
    Predicate<InetAddress> fails = _ -> false;

    @Override
    public void refresh() {}

    @Override
    public Set<InetAddress> claimed() {
        return claimed.stream().filter(address -> !address.isLoopbackAddress()).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<InetAddress> claim(Collection<InetAddress> addresses) {
        Set<InetAddress> failed = addresses.stream()
                .filter(address -> !claimed.contains(address))
                .filter(fails)
                .collect(Collectors.toSet());
        addresses.stream().filter(address -> !failed.contains(address)).forEach(claimed::add);
        return failed;
    }

    @Override
    public Set<InetAddress> release(Collection<InetAddress> addresses) {
        Set<InetAddress> failed = addresses.stream().filter(fails).collect(Collectors.toSet());
        addresses.stream().filter(address -> !failed.contains(address)).forEach(address -> {
            claimed.remove(address);
            everReleased.add(address);
        });
        return failed;
    }

    Set<String> texts() {
        return claimed.stream().map(Addresses::text).collect(Collectors.toCollection(TreeSet::new));
    }
}
