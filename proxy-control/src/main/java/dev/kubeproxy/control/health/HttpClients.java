package dev.kubeproxy.control.health;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The clients of all HTTP ports of this process: so many at most. One more takes the place of the one that has been idle the
 * longest, so that nobody who asks nothing keeps others out. Confined to the {@link HttpLoop}.
 */
public final class HttpClients {

    /** How many of the process' file descriptors are theirs, and so not the data plane's. */
    public static final int MOST = ofDescriptorLimit(descriptorLimit());

    private final int most;
    private final Set<Channel> open = new HashSet<>();
    private final Set<Channel> idle = new LinkedHashSet<>(); // the longest first

    HttpClients(int most) {
        this.most = most;
    }

    /** How many there may be in a process that may have so many descriptors. */
    static int ofDescriptorLimit(long descriptors) {
        return Math.clamp(descriptors / 16, 16, 512);
    }

    /** False where there is no room for one more, and none is idle. */
    boolean admit(Channel client) {
        if (open.size() >= most && !makeRoom()) {
            return false;
        }
        open.add(client);
        client.closeFuture().addListener(_ -> forget(client));
        return true;
    }

    /** From here on it asks nothing, until {@link #onBusy}. */
    void onIdle(Channel client) {
        idle.add(client);
    }

    /** It has asked, and is to be answered. */
    void onBusy(Channel client) {
        idle.remove(client);
    }

    private boolean makeRoom() {
        Iterator<Channel> longest = idle.iterator();
        if (!longest.hasNext()) {
            return false;
        }
        Channel client = longest.next();
        forget(client);
        client.close();
        return true;
    }

    private void forget(Channel client) {
        open.remove(client);
        idle.remove(client);
    }

    private static long descriptorLimit() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
    }
}
