package dev.kubeproxy.server.model;

import java.util.concurrent.CompletionStage;

/** The data plane as the control plane sees it. */
@FunctionalInterface
public interface UpdateSink {

    /**
     * Makes the update's Services be as it says. Called from one thread at a time, in the order of revisions. Pools are
     * swapped before this returns; sockets follow.
     *
     * @return complete once every socket that the update asks for is bound or has failed. It never completes
     *     exceptionally: a bind that fails is a {@link ListenerStatus}, and is tried again by the data plane
     */
    CompletionStage<Void> apply(ProxyUpdate update);
}
