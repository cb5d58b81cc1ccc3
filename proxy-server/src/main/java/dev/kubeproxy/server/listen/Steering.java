package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.bpf.SocketLookup;
import dev.kubeproxy.server.model.Frontend;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The kernel's socket lookup with a thread of its own for what listeners change in it: they come from event loops,
 * which have no time to wait while a map is being replaced by a larger one. Thread-safe.
 */
public final class Steering implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();

    private final SocketLookup lookup;
    private final EventExecutor thread = new DefaultEventExecutor(new DefaultThreadFactory("socket-lookup", true));

    public Steering(SocketLookup lookup) {
        this.lookup = lookup;
    }

    SocketLookup lookup() {
        return lookup;
    }

    /** Runs changes one by one, in the order they come. */
    Executor thread() {
        return thread;
    }

    /** Has a frontend be nobody's. Called on the thread. */
    void unsteer(Frontend frontend) {
        try {
            lookup.unsteer(frontend);
        } catch (IOException e) {
            LOG.error("{} stays steered to nobody: this is a bug", frontend, e);
        }
    }

    /** See {@link SocketLookup#guard}. */
    public void guard(Collection<InetAddress> addresses) throws IOException {
        lookup.guard(addresses);
    }

    /** See {@link SocketLookup#unguard}. */
    public void unguard(Collection<InetAddress> addresses) {
        try {
            lookup.unguard(addresses);
        } catch (IOException e) {
            LOG.error("Some of {} addresses stay guarded: this is a bug", addresses.size(), e);
        }
    }

    /** Ends all steering at once. */
    @Override
    public void close() {
        thread.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        lookup.close();
    }
}
