package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.IpFamily;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Which endpoints of a service port become backends. */
final class BackendSelection {

    /** By address, then port: equal sets make equal pools, however slices are cut. */
    private static final Comparator<Backend> ORDER = Comparator.comparing(Backend::address, BackendSelection::compare);

    private BackendSelection() {}

    /**
     * The ready endpoints of the family, on whichever node (rule C1); where there are none, those that shut down but
     * still serve (rule C3).
     */
    static List<Backend> cluster(Collection<ServiceEndpoint> endpoints, IpFamily family) {
        List<Backend> ready = backends(endpoints, family, ServiceEndpoint::ready);
        return ready.isEmpty() ? backends(endpoints, family, ServiceEndpoint::lastResort) : ready;
    }

    private static List<Backend> backends(
            Collection<ServiceEndpoint> endpoints, IpFamily family, Predicate<ServiceEndpoint> usable) {
        return endpoints.stream()
                .filter(endpoint -> IpFamily.of(endpoint.facts().address()) == family)
                .filter(usable)
                .map(ServiceEndpoint::backend)
                .sorted(ORDER)
                .toList();
    }

    private static int compare(InetSocketAddress one, InetSocketAddress other) {
        int byAddress = Arrays.compareUnsigned(
                one.getAddress().getAddress(), other.getAddress().getAddress());
        return byAddress != 0 ? byAddress : Integer.compare(one.getPort(), other.getPort());
    }
}
