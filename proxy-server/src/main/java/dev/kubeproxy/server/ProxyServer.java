package dev.kubeproxy.server;

import dev.kubeproxy.server.balance.Ticker;
import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.listen.Binder;
import dev.kubeproxy.server.listen.ListenerSet;
import dev.kubeproxy.server.listen.TcpBinder;
import dev.kubeproxy.server.listen.UdpBinder;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.UpdateSink;
import dev.kubeproxy.server.observe.ProxyObserver;
import dev.kubeproxy.server.tcp.TcpProxy;
import dev.kubeproxy.server.udp.UdpProxy;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The data plane: takes updates, listens, and relays. One thread at a time calls {@link #apply}, {@link #drain} and
 * {@link #close}; the rest is thread-safe.
 */
public final class ProxyServer implements UpdateSink, AutoCloseable {

    private static final long SHUTDOWN_SECONDS = 5;
    private static final Logger LOG = LogManager.getLogger();

    private final EventLoopGroup loops;
    private final TcpProxy tcp;
    private final ListenerSet listeners;

    public ProxyServer(ProxyServerConfig config, ProxyObserver observer) {
        this.loops = config.transport().eventLoops(config.eventLoops());
        DescriptorBudget descriptors = Descriptors.budget(config.descriptorLimit(), observer);
        this.tcp = new TcpProxy(config.transport(), loops, config.dialPolicy(), descriptors, Ticker.SYSTEM);
        UdpProxy udp = new UdpProxy(config.transport(), loops, config.udpLimits(), descriptors, Ticker.SYSTEM);
        Map<Protocol, Binder> binders = Map.of(Protocol.TCP, new TcpBinder(tcp), Protocol.UDP, new UdpBinder(udp));
        this.listeners = new ListenerSet(binders, loops, descriptors, observer);
    }

    @Override
    public CompletionStage<Void> apply(ProxyUpdate update) {
        return listeners.apply(update);
    }

    /** True while a TCP connection that came in on the address is open: the address must stay until it ends (rule D9). */
    public boolean inUse(InetAddress address) {
        return tcp.inUse(address);
    }

    /** How each listener is doing. */
    public Collection<ListenerStatus> listeners() {
        return listeners.statuses();
    }

    /** TCP connections that are open now. */
    public int connections() {
        return tcp.connections();
    }

    /**
     * Stops accepting TCP connections; complete when the open ones have ended. UDP goes on until {@link #close}, for a
     * datagram is not worth waiting for and its answer would be lost.
     */
    public CompletionStage<Void> drain() {
        return listeners.close(Protocol.TCP).thenCompose(_ -> tcp.whenIdle());
    }

    /** Closes every socket and ends the event loops; returns when that is done, or after some seconds. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        try {
            if (!loops.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Event loops did not end within {} s", SHUTDOWN_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
