package dev.kubeproxy.control.node;

import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.model.UpdateSink;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the kernel drops and refuses for Services, as elements of one nftables table: made when the first one is needed,
 * then changed by elements. Confined to the sync thread; once that has ended, to the one that closes.
 */
public final class ServiceFilter implements AddressGuard {

    private final NftTable table;
    private final boolean guards;
    private final FilterClaims claims;
    private final Set<InetAddress> guarded = new HashSet<>();
    private volatile boolean frozen;

    ServiceFilter(Command nft, boolean guards) {
        this.table = new NftTable(nft, guards);
        this.guards = guards;
        this.claims = new FilterClaims(guards);
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
            if (!frozen) {
                apply(update);
            }
            return dataPlane.apply(update);
        };
    }

    void apply(ProxyUpdate update) {
        Set<Frontend> touched = new HashSet<>();
        update.services().forEach(service -> touched.addAll(claims.frontends(service.name())));
        for (ServiceState service : update.services()) {
            service.ports().forEach(port -> touched.addAll(port.frontends().keySet()));
        }
        Set<FilterElement> before = elements(touched);
        update.services().forEach(claims::put);
        table.change(before, elements(touched));
    }

    /** Says whose traffic counts as coming from this node (rule D5), besides the node's own; and looks after the table. */
    public void insiders(List<Cidr> blocks) {
        table.check(blocks);
    }

    /** Loopback addresses need no route and so no right; they are not worth asking for one. */
    @Override
    public void guard(Collection<InetAddress> addresses) {
        changeGuarded(addresses, address -> !address.isLoopbackAddress() && guarded.add(address), true);
    }

    @Override
    public void unguard(Collection<InetAddress> addresses) {
        changeGuarded(addresses, guarded::remove, false);
    }

    /** From now on the table stays as it is, while another run may have begun to write it. Any thread. */
    public void freeze() {
        frozen = true;
    }

    /** Takes away what a run that has ended left. */
    public void clear() {
        table.clear();
    }

    /** Takes the table away, or leaves it to another run; nothing changes it any more. */
    public void end(boolean remove) {
        table.end(remove);
    }

    private void changeGuarded(Collection<InetAddress> addresses, Predicate<InetAddress> changes, boolean add) {
        if (guards) {
            Set<FilterElement> changed = new HashSet<>();
            addresses.stream().filter(changes).map(FilterElement::guarded).forEach(changed::add);
            table.change(add ? Set.of() : changed, add ? changed : Set.of());
        }
    }

    private Set<FilterElement> elements(Set<Frontend> frontends) {
        Set<FilterElement> elements = new HashSet<>();
        frontends.forEach(frontend -> elements.addAll(claims.elements(frontend)));
        return elements;
    }
}
