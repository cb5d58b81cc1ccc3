package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.model.UpdateSink;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What the kernel drops and refuses for Services, as elements of one nftables table: made when the first one is needed,
 * then changed by elements. Where that cannot be done it says so once, with what is lost, and the proxy goes on. Confined
 * to the sync thread; once that has ended, to the one that closes.
 */
public final class ServiceFilter implements AddressGuard {

    private static final Logger LOG = LogManager.getLogger();

    private final Command nft;
    private final boolean guards;
    private final Map<ServiceName, Set<FilterElement>> services = new HashMap<>();
    private final Set<InetAddress> guarded = new HashSet<>();

    /** How many ask for each element: of Services that want the same frontend, several may. */
    private final Map<FilterElement, Integer> elements = new HashMap<>();

    private List<Cidr> insiders = List.of();
    private boolean made;
    private boolean told;

    ServiceFilter(Command nft, boolean guards) {
        this.nft = nft;
        this.guards = guards;
    }

    /**
     * Of this machine.
     *
     * @param guards true where nothing else keeps host processes from being reached at service addresses
     */
    public static ServiceFilter ofThisMachine(boolean guards) {
        return new ServiceFilter(new ProcessCommand(List.of("nft")), guards);
    }

    /** A data plane whose updates are taken in here first. */
    public UpdateSink inFrontOf(UpdateSink dataPlane) {
        return update -> {
            apply(update);
            return dataPlane.apply(update);
        };
    }

    void apply(ProxyUpdate update) {
        Difference difference = new Difference();
        for (ServiceState service : update.services()) {
            Set<FilterElement> now = FilterElements.of(service, guards);
            Set<FilterElement> before =
                    now.isEmpty() ? services.remove(service.name()) : services.put(service.name(), now);
            now.forEach(difference::want);
            if (before != null) {
                before.forEach(difference::drop);
            }
        }
        change(difference);
    }

    /** Says whose traffic counts as coming from this node (rule D5), besides the node's own. */
    public void insiders(List<Cidr> blocks) {
        if (!blocks.equals(insiders)) {
            insiders = List.copyOf(blocks);
            if (made && !run(FilterTable.insiders(insiders))) {
                replace();
            }
        }
    }

    /** Loopback addresses need no route and so no right; they are not worth asking for one. */
    @Override
    public void guard(Collection<InetAddress> addresses) {
        if (guards) {
            Difference difference = new Difference();
            addresses.stream()
                    .filter(address -> !address.isLoopbackAddress())
                    .filter(guarded::add)
                    .map(FilterElement::guarded)
                    .forEach(difference::want);
            change(difference);
        }
    }

    @Override
    public void unguard(Collection<InetAddress> addresses) {
        if (guards) {
            Difference difference = new Difference();
            addresses.stream()
                    .filter(guarded::remove)
                    .map(FilterElement::guarded)
                    .forEach(difference::drop);
            change(difference);
        }
    }

    /** Takes the table away. */
    public void remove() throws IOException {
        Command.Result result = nft.run(List.of("-f", "-"), FilterTable.remove());
        made = false;
        if (result.exit() != 0) {
            throw new IOException("table " + FilterTable.NAME + " cannot be removed: "
                    + result.errors().strip());
        }
    }

    /** True where there is a table to remove. */
    public boolean isMade() {
        return made;
    }

    /** What comes and goes with one change, once those who ask for the same have been counted. */
    private final class Difference {

        private final Map<FilterElement, Integer> before = new HashMap<>();

        void want(FilterElement element) {
            count(element, 1);
        }

        void drop(FilterElement element) {
            count(element, -1);
        }

        private void count(FilterElement element, int by) {
            before.putIfAbsent(element, elements.getOrDefault(element, 0));
            elements.merge(element, by, (one, other) -> one + other == 0 ? null : one + other);
        }

        String text() {
            List<FilterElement> added = new ArrayList<>();
            List<FilterElement> deleted = new ArrayList<>();
            before.forEach((element, count) -> {
                boolean is = elements.containsKey(element);
                if (is != count > 0) {
                    (is ? added : deleted).add(element);
                }
            });
            return FilterTable.delete(deleted) + FilterTable.add(added);
        }
    }

    private void change(Difference difference) {
        String text = difference.text();
        if (!text.isEmpty() && !(made && run(text))) {
            replace();
        }
    }

    /** Makes the table anew: at first, and where a change failed because somebody else had changed it. */
    private void replace() {
        made = run(FilterTable.replace(elements.keySet(), insiders));
    }

    private boolean run(String text) {
        String reason;
        try {
            Command.Result result = nft.run(List.of("-f", "-"), text);
            if (result.exit() == 0) {
                return true;
            }
            reason = result.errors().strip().lines().findFirst().orElse("exit status " + result.exit());
        } catch (IOException e) {
            reason = String.valueOf(e.getMessage());
        }
        tell(reason);
        return false;
    }

    private void tell(String reason) {
        if (!told) {
            told = true;
            LOG.warn(
                    "nft cannot be used ({}): where a policy or source range wants silence, clients are refused or reset{}",
                    reason,
                    guards ? ", and host processes on 0.0.0.0 are reached at service addresses" : "");
        }
    }
}
