package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Set;

/** One thing that a source saw happen. For one object the newest change is the whole truth (rule A9). */
public sealed interface Change {

    record ServiceSet(ServiceSpec service) implements Change {}

    record ServiceGone(ServiceName name) implements Change {}

    record SliceSet(SliceSpec slice) implements Change {}

    /**
     * A slice is no more.
     *
     * @param name the slice's own name
     */
    record SliceGone(ServiceName name) implements Change {}

    record NodeSet(NodeSpec node) implements Change {}

    /** A Node was deleted. Its machine may run on, so what was known holds on, but that it wants clients (rule K4). */
    record NodeGone(String name) implements Change {}

    /** Whether all Nodes that there are have been told. So it is held to be until a source says otherwise. */
    record NodesKnown(boolean known) implements Change {}

    /** At which addresses this node reaches the API server; none until a source says so. */
    record ApiServerAt(Set<InetAddress> addresses) implements Change {
        public ApiServerAt {
            addresses = Set.copyOf(addresses);
        }

        public ApiServerAt(Collection<InetAddress> addresses) {
            this(Set.copyOf(addresses));
        }
    }
}
