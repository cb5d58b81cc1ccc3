package dev.kubeproxy.control.kube;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One kind of object that the source follows.
 *
 * @param name for log lines
 * @param selection which objects; asked before each list, since the server may have another API version by then
 * @param gone what the end means of an object that was offered
 * @param onEnd told of each object that is no more, offered or not
 */
record WatchedKind(
        String name,
        Supplier<Selection<?>> selection,
        Function<ServiceName, Change> gone,
        Consumer<ServiceName> onEnd) {

    /** The objects as the API has them, and how to read one. */
    record Selection<T extends HasMetadata>(
            FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> objects,
            Function<T, Reading<Change>> reader) {}
}
