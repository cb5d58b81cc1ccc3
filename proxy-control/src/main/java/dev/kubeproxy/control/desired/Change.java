package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServiceName;

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
}
