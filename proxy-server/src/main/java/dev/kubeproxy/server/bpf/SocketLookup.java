package dev.kubeproxy.server.bpf;

import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Steers frontends to our sockets in the kernel's socket lookup, and refuses what is no frontend at the addresses it
 * guards. It needs no netfilter rule and takes no port from the host; the kernel drops it all when the process ends.
 *
 * <p>Each change is one of map elements and takes effect at once. A map that is full is replaced by one of twice the
 * size, together with the program, in one step of the kernel's. Thread-safe; a change may wait for another one's, at most
 * as long as it takes to copy all elements, some microseconds each.
 */
public final class SocketLookup implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();
    private static final int FIRST_CAPACITY = 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Frontend> tcp = new HashSet<>();
    private final Map<Frontend, IntSupplier> udp = new HashMap<>();
    private final Set<InetAddress> guarded = new HashSet<>();
    private final BpfMap listeners;
    private final NetworkNamespaceLink link;
    private LookupMaps maps;
    private BpfProgram program;
    private boolean closed;

    private SocketLookup(BpfMap listeners, LookupMaps maps, BpfProgram program, NetworkNamespaceLink link) {
        this.listeners = listeners;
        this.maps = maps;
        this.program = program;
        this.link = link;
    }

    /**
     * Begins in this process' network namespace, with nothing steered and nothing guarded.
     *
     * @throws IOException when kernel or rights do not allow it; the message says which
     */
    public static SocketLookup attach() throws IOException {
        try {
            Kernel.unlimitLockedMemory();
        } catch (KernelException e) {
            LOG.debug("The limit on locked memory stays", e); // newer kernels do not count maps to it
        }
        Unwinding parts = new Unwinding();
        try {
            BpfMap listeners = parts.add(BpfMap.sockets("kp_listeners", IpFamily.values().length));
            LookupMaps maps = parts.add(LookupMaps.create(FIRST_CAPACITY));
            BpfProgram program = parts.add(BpfProgram.load(LookupProgram.assemble(maps, listeners)));
            return new SocketLookup(listeners, maps, program, NetworkNamespaceLink.attach(program));
        } catch (IOException e) {
            parts.close();
            throw e;
        }
    }

    /** Sets the listening socket that takes the connections of all TCP frontends of a family; it may be one of a group. */
    public void listen(IpFamily family, int socket) throws IOException {
        int key = family == IpFamily.IPV4 ? LookupProgram.IPV4_LISTENER : LookupProgram.IPV6_LISTENER;
        listeners.put(
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(key)
                        .array(),
                socket);
    }

    /** Steers a TCP frontend to the listener of its family. */
    public void steer(Frontend frontend) throws IOException {
        lock.lock();
        try {
            reserve(tcp.size() + 1);
            maps.tcp().put(LookupKey.of(frontend), 0);
            tcp.add(frontend);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Steers a UDP frontend to a socket of its own.
     *
     * @param socket the socket's descriptor, negative once it is closed; asked again when maps are replaced
     */
    public void steer(Frontend frontend, IntSupplier socket) throws IOException {
        lock.lock();
        try {
            reserve(udp.size() + 1);
            maps.udp().put(LookupKey.of(frontend), socket.getAsInt());
            udp.put(frontend, socket);
        } finally {
            lock.unlock();
        }
    }

    /** Undoes {@link #steer}. */
    public void unsteer(Frontend frontend) throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (frontend.protocol() == Protocol.TCP) {
                tcp.remove(frontend);
                maps.tcp().remove(LookupKey.of(frontend));
            } else {
                udp.remove(frontend);
                maps.udp().remove(LookupKey.of(frontend));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Refuses whatever is no frontend at these addresses. Those that are guarded already cost nothing.
     *
     * @throws IOException when some of them are not
     */
    public void guard(Collection<InetAddress> addresses) throws IOException {
        lock.lock();
        try {
            for (InetAddress address : addresses) {
                if (!guarded.contains(address)) {
                    reserve(guarded.size() + 1);
                    maps.guarded().put(LookupKey.of(address), 0);
                    guarded.add(address);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Undoes {@link #guard}. */
    public void unguard(Collection<InetAddress> addresses) throws IOException {
        lock.lock();
        try {
            for (InetAddress address : addresses) {
                if (guarded.remove(address) && !closed) {
                    maps.guarded().remove(LookupKey.of(address));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** What each of the maps holds before it is replaced by a larger one. */
    int capacity() {
        return maps.capacity();
    }

    /** Makes sure that a map may have so many elements. */
    private void reserve(int elements) throws IOException {
        if (closed) {
            throw new IOException("the socket lookup is closed");
        }
        if (elements <= maps.capacity()) {
            return;
        }
        Unwinding parts = new Unwinding();
        try {
            LookupMaps larger = parts.add(LookupMaps.create(2 * maps.capacity()));
            copyTo(larger);
            BpfProgram successor = parts.add(BpfProgram.load(LookupProgram.assemble(larger, listeners)));
            link.replace(successor);
            program.close();
            maps.close();
            maps = larger;
            program = successor;
        } catch (IOException e) {
            parts.close();
            throw e;
        }
    }

    private void copyTo(LookupMaps larger) throws IOException {
        for (Frontend frontend : tcp) {
            larger.tcp().put(LookupKey.of(frontend), 0);
        }
        for (Map.Entry<Frontend, IntSupplier> entry : udp.entrySet()) {
            try {
                larger.udp().put(LookupKey.of(entry.getKey()), entry.getValue().getAsInt());
            } catch (KernelException e) {
                LOG.debug("The socket of {} was closed meanwhile", entry.getKey(), e);
            }
        }
        for (InetAddress address : guarded) {
            larger.guarded().put(LookupKey.of(address), 0);
        }
    }

    /** Leaves the kernel as it was before. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            link.close();
            program.close();
            maps.close();
            listeners.close();
        } finally {
            lock.unlock();
        }
    }
}
