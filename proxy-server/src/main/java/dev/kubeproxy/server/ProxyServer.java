package dev.kubeproxy.server;

import dev.kubeproxy.server.balance.Insiders;
import dev.kubeproxy.server.balance.OwnFrontends;
import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.bpf.SocketLookup;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.listen.Binders;
import dev.kubeproxy.server.listen.ListenerSet;
import dev.kubeproxy.server.listen.Steering;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.Cidr;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.UpdateSink;
import dev.kubeproxy.server.observe.LongestOpen;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.tcp.TcpProxy;
import dev.kubeproxy.server.transport.StreamSockets;
import dev.kubeproxy.server.udp.UdpProxy;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The data plane: takes updates, listens, and relays. One thread at a time calls {@link #apply}, {@link #guard} and {@link
 * #unguard}, until it has ended also {@link #close}; the rest is thread-safe.
 */
public final class ProxyServer implements UpdateSink, AutoCloseable {

    private static final long SHUTDOWN_SECONDS = 5;
    private static final Duration LONGEST_CLOSING = Duration.ofSeconds(1);
    private static final Logger LOG = LogManager.getLogger();

    private final EventLoopGroup loops;
    private final TcpProxy tcp;
    private final UdpProxy udp;
    private final DescriptorBudget descriptors;
    private final ListenerSet listeners;
    private final OwnFrontends own = new OwnFrontends();
    private final Insiders insiders = new Insiders();
    private final @Nullable Steering steering;

    /** @throws IOException when service addresses are to be captured in a way that this machine does not allow */
    public ProxyServer(ProxyServerConfig config, ProxyObserver observer) throws IOException {
        this.steering = steering(config);
        this.loops = config.transport().eventLoops(config.eventLoops());
        this.descriptors = Descriptors.budget(config.descriptorLimit(), observer);
        StreamSockets sockets = new StreamSockets(config.transport(), descriptors, config.spliceFrom());
        this.tcp =
                new TcpProxy(config.transport(), loops, config.dialPolicy(), descriptors, sockets, own, Ticker.SYSTEM);
        this.udp = new UdpProxy(config.transport(), loops, config.udpLimits(), descriptors, own, Ticker.SYSTEM);
        Binders binders = Binders.bound(tcp, udp, descriptors);
        this.listeners = new ListenerSet(
                steering == null ? binders : binders.steered(tcp, udp, loops, steering, descriptors),
                loops,
                insiders,
                own,
                tcp::onDrainChanged,
                observer);
        EventLoopLag.watch(loops, observer);
    }

    private static @Nullable Steering steering(ProxyServerConfig config) throws IOException {
        if (config.capture() == ServiceCapture.BIND) {
            return null;
        }
        try {
            if (!config.transport().hasDescriptors()) {
                throw new IOException("the transport " + config.transport() + " does not show its sockets");
            }
            return new Steering(SocketLookup.attach());
        } catch (IOException e) {
            if (config.capture() == ServiceCapture.SK_LOOKUP) {
                throw new IOException("service addresses cannot be captured by socket lookup: " + e.getMessage(), e);
            }
            LOG.warn(
                    "Service addresses are captured by binding to them, for want of socket lookup ({}): a host process on"
                            + " 0.0.0.0 and a service port of the same number are in each other's way, and each service port"
                            + " holds a socket",
                    e.getMessage());
            return null;
        }
    }

    /** How service addresses are captured: what the configuration asks for, or what came of {@code AUTO}. */
    public ServiceCapture capture() {
        return steering == null ? ServiceCapture.BIND : ServiceCapture.SK_LOOKUP;
    }

    /**
     * Refuses at these addresses whatever is no frontend, so that host processes are not reached there (rule D8). To be
     * called before the addresses are made local. Without effect where addresses are captured by binding.
     *
     * @throws IOException when some of them are not guarded
     */
    public void guard(Collection<InetAddress> addresses) throws IOException {
        if (steering != null) {
            steering.guard(addresses);
        }
    }

    /** Undoes {@link #guard}; to be called once the addresses are not local any more, or for others' use. */
    public void unguard(Collection<InetAddress> addresses) {
        if (steering != null) {
            steering.unguard(addresses);
        }
    }

    @Override
    public CompletionStage<Void> apply(ProxyUpdate update) {
        return listeners.apply(update);
    }

    /** Says whose traffic counts as coming from this node: its pods and itself (rule D5). At first only loopback does. */
    public void insiders(List<Cidr> blocks) {
        insiders.publish(blocks);
    }

    /** True while a TCP connection that came in on the address is open: the address must stay until it ends (rule D9). */
    public boolean inUse(InetAddress address) {
        return tcp.inUse(address);
    }

    /** How each listener is doing. */
    public Collection<ListenerStatus> listeners() {
        return listeners.statuses();
    }

    /** True where the backend is a frontend here, and therefore is not dialled: its connections would come in again. */
    public boolean leadsBack(Backend backend, Protocol protocol) {
        return own.include(backend, protocol);
    }

    /** TCP connections that are open now. */
    public int connections() {
        return tcp.connections();
    }

    /** UDP sessions that are open now. */
    public int sessions() {
        return udp.sessions();
    }

    /** File descriptors that connections, sessions and listeners hold. */
    public int descriptors() {
        return descriptors.used();
    }

    /** File descriptors that they may hold together (rule F4). */
    public int descriptorLimit() {
        return descriptors.capacity();
    }

    /**
     * The TCP connections that have been open the longest, at most so many, as the event loops find them one after the
     * other. Their work is bounded by that, and is nothing while nobody asks.
     */
    public CompletionStage<LongestOpen> longestOpen(int most) {
        return tcp.longestOpen(most);
    }

    /**
     * Stops accepting TCP connections, and opens nothing any more; complete when the open ones have ended. UDP goes on until
     * {@link #close}, and its pools follow updates, for a datagram is not worth waiting for and its answer would be lost.
     */
    public CompletionStage<Void> drain() {
        return listeners.close(Protocol.TCP).thenCompose(_ -> tcp.whenIdle());
    }

    /**
     * Closes every socket and ends the event loops; returns when that is done, or after some seconds. Guarded addresses
     * stay so, for they may still be local.
     */
    public void stop() {
        // Not left to the event loops: one that is told to end in the midst of a turn does so without closing what it
        // has.
        tcp.endAll(LONGEST_CLOSING);
        listeners
                .close(Protocol.UDP)
                .toCompletableFuture()
                .completeOnTimeout(null, LONGEST_CLOSING.toSeconds(), TimeUnit.SECONDS)
                .join();
        loops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        try {
            if (!loops.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Event loops did not end within {} s", SHUTDOWN_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@link #stop Stops} and leaves the kernel as it was. */
    @Override
    public void close() {
        stop();
        if (steering != null) {
            steering.close();
        }
    }
}
