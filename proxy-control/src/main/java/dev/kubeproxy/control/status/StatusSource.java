package dev.kubeproxy.control.status;

import dev.kubeproxy.control.desired.Decisions;
import dev.kubeproxy.control.events.EventQueue;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.observe.OpenConnection;
import dev.kubeproxy.server.observe.PortTraffic;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * What there is to look at. None of it makes an event loop or the sync thread wait.
 *
 * @param node this node's name
 * @param traffic hands the figures of each service port that had traffic to whoever asks
 * @param connections at most so many open TCP connections of each event loop
 */
public record StatusSource(
        String node,
        Decisions decisions,
        Consumer<Consumer<PortTraffic>> traffic,
        Supplier<Collection<ListenerStatus>> listeners,
        EventQueue events,
        IntFunction<CompletionStage<List<OpenConnection>>> connections) {}
