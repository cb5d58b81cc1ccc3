package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.balance.DrainRef;
import dev.kubeproxy.server.balance.Insiders;
import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.PoolRef;
import dev.kubeproxy.server.balance.Route;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.ServiceState;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.observe.ServicePortObserver;
import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The open frontends and the pools behind them, kept as the newest updates say: a change touches the pools and frontends
 * of its own Services only (rule A8). A frontend whose pool is empty is not open, so that the kernel refuses its clients
 * (rules D1, L6). Thread-safe; updates come from the sync thread.
 */
public final class ListenerSet {

    private final Binders binders;
    private final EventLoopGroup loops;
    private final Insiders insiders;
    private final OwnFrontends own;
    private final Consumer<DrainRef> connections;
    private final ProxyObserver observer;
    private final StatusBoard board;
    private final Claims claims = new Claims();
    private final Map<ServiceName, ServiceState> services = new HashMap<>();
    private final Map<ServicePortName, ServedPort> served = new HashMap<>();
    private final Map<Frontend, Listener> listeners = new HashMap<>();
    /** The end is near: of others, too, none is opened any more. */
    private final Set<Protocol> ended = EnumSet.noneOf(Protocol.class);

    /** Complete when every port that was let go is free. */
    private CompletionStage<Void> lettingGo = CompletableFuture.completedFuture(null);

    /** @param connections told where connections of a service port may have to end (rule D9) */
    public ListenerSet(
            Binders binders,
            EventLoopGroup loops,
            Insiders insiders,
            OwnFrontends own,
            Consumer<DrainRef> connections,
            ProxyObserver observer) {
        this.binders = binders;
        this.loops = loops;
        this.insiders = insiders;
        this.own = own;
        this.connections = connections;
        this.observer = observer;
        this.board = new StatusBoard(observer);
    }

    /** Swaps pools at once, then sockets; see {@link dev.kubeproxy.server.model.UpdateSink#apply}. */
    public synchronized CompletionStage<Void> apply(ProxyUpdate update) {
        long began = Ticker.SYSTEM.nanos();
        Set<Frontend> touched = new LinkedHashSet<>();
        List<ServicePortName> gone = new ArrayList<>();
        int swaps = 0;
        for (ServiceState service : update.services()) {
            swaps += replace(service, touched, gone);
        }
        if (swaps > 0) {
            observer.onPoolSwaps(swaps, Ticker.SYSTEM.nanos() - began);
        }
        CompletionStage<Void> done = reconcile(touched);
        gone.forEach(this::retire); // after their listeners were handed over, so that no client falls in between
        return done;
    }

    /** How each listener is doing, those that failed included. Any thread. */
    public Collection<ListenerStatus> statuses() {
        return board.statuses();
    }

    /** Closes the listeners of a protocol, and opens none of any protocol from now on; complete when their ports are free. */
    public synchronized CompletionStage<Void> close(Protocol protocol) {
        ended.add(protocol);
        List<Frontend> closing = listeners.keySet().stream()
                .filter(frontend -> frontend.protocol() == protocol)
                .toList();
        return allOf(closing.stream().map(this::close).toList());
    }

    /** @return how many pools it swapped */
    private int replace(ServiceState next, Set<Frontend> touched, List<ServicePortName> gone) {
        ServiceState before = next.ports().isEmpty() ? services.remove(next.name()) : services.put(next.name(), next);
        if (before != null) {
            for (ServicePort port : before.ports()) {
                port.frontends().keySet().forEach(frontend -> claims.remove(frontend, port.name(), before.created()));
                touched.addAll(port.frontends().keySet());
            }
        }
        int swaps = 0;
        for (ServicePort port : next.ports()) {
            port.frontends().keySet().forEach(frontend -> claims.add(frontend, port.name(), next.created()));
            touched.addAll(port.frontends().keySet());
            swaps += publish(port) ? 1 : 0;
        }
        if (before != null) {
            before.ports().stream()
                    .map(ServicePort::name)
                    .filter(name ->
                            next.ports().stream().noneMatch(port -> port.name().equals(name)))
                    .forEach(gone::add);
        }
        return swaps;
    }

    /** @return false where its pools are so already */
    private boolean publish(ServicePort port) {
        ServedPort before = served.get(port.name());
        ServedPort now = before == null ? newPort(port) : before.with(port);
        served.put(port.name(), now);
        boolean swapped = now.publish();
        if (swapped) {
            port.frontends().keySet().stream()
                    .map(listeners::get)
                    .filter(listener ->
                            listener != null && listener.route().name().equals(port.name()))
                    .forEach(Listener::onPoolChanged);
        }
        if (now.publishDrain()) {
            connections.accept(now.drain());
        }
        return swapped;
    }

    private ServedPort newPort(ServicePort port) {
        int firstTurn = RandomGenerator.getDefault().nextInt();
        PoolRef cluster = new PoolRef(firstTurn, Ticker.SYSTEM);
        PoolRef local = new PoolRef(firstTurn, Ticker.SYSTEM);
        ServicePortObserver ofPort = observer.servicePort(port.name());
        ofPort.onServed(
                () -> cluster.current().pinnedClients() + local.current().pinnedClients());
        return new ServedPort(port, cluster, local, new DrainRef(port.drain()), ofPort);
    }

    private void retire(ServicePortName name) {
        ServedPort gone = served.remove(name);
        if (gone != null) {
            if (gone.retire()) {
                connections.accept(gone.drain());
            }
            observer.onServicePortGone(name);
        }
    }

    /** Ports are let go before others are taken, since the one may be in the way of the other. */
    private CompletionStage<Void> reconcile(Set<Frontend> touched) {
        List<CompletionStage<Void>> closed = new ArrayList<>();
        List<Listener> opening = new ArrayList<>();
        for (Frontend frontend : touched) {
            List<ServicePortName> claimants = claims.claimants(frontend);
            board.contested(frontend, claimants);
            Route route = route(frontend, claimants);
            Binder binder =
                    route == null ? null : binders.of(frontend, route.access().kind());
            Listener listener = listeners.get(frontend);
            if (listener != null && (binder == null || !listener.opensWith(binder))) {
                closed.add(close(frontend));
                listener = null;
            }
            if (route == null || binder == null) {
                continue;
            }
            if (listener == null && ended.isEmpty()) {
                opening.add(listener(frontend, binder, route));
            } else if (listener != null && !listener.route().equals(route)) {
                listener.publish(route);
            }
        }
        closed.add(lettingGo);
        lettingGo = allOf(closed);
        return lettingGo.thenCompose(
                _ -> allOf(opening.stream().map(Listener::open).toList()));
    }

    /** Where the clients of a frontend go that these want; null where it shall not be open. */
    private @Nullable Route route(Frontend frontend, List<ServicePortName> claimants) {
        boolean nobody = claimants.isEmpty() || ended.contains(frontend.protocol());
        ServedPort holder = nobody ? null : served.get(claimants.getFirst());
        return holder == null ? null : holder.route(frontend, insiders);
    }

    private Listener listener(Frontend frontend, Binder binder, Route route) {
        Listener listener = new Listener(frontend, binder, loops.next(), route, board);
        listeners.put(frontend, listener);
        own.add(frontend);
        return listener;
    }

    private CompletionStage<Void> close(Frontend frontend) {
        Listener listener = Objects.requireNonNull(listeners.remove(frontend));
        own.remove(frontend);
        return listener.close();
    }

    private static CompletionStage<Void> allOf(List<CompletionStage<Void>> stages) {
        return CompletableFuture.allOf(
                stages.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
    }
}
