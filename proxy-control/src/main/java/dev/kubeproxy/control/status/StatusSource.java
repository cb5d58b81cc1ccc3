package dev.kubeproxy.control.status;

import dev.kubeproxy.control.desired.Decisions;
import dev.kubeproxy.control.events.EventQueue;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.observe.LongestOpen;
import dev.kubeproxy.server.observe.PortTraffic;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * What there is to look at. None of it makes an event loop or the sync thread wait.
 *
 * @param node this node's name
 * @param startedMillis when this run of the proxy started, since the epoch: tells it from others
 * @param traffic hands the figures of each service port that had traffic to whoever asks
 * @param leadsBack true for an endpoint that is a frontend of this proxy, and never dialled
 * @param connections the TCP connections open the longest, at most so many
 */
public record StatusSource(
        String node,
        long startedMillis,
        Decisions decisions,
        Consumer<Consumer<PortTraffic>> traffic,
        Supplier<Collection<ListenerStatus>> listeners,
        BiPredicate<Backend, Protocol> leadsBack,
        EventQueue events,
        IntFunction<CompletionStage<LongestOpen>> connections) {}
