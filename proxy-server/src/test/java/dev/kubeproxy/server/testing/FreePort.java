package dev.kubeproxy.server.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that nobody uses, for TCP and UDP on every address. They are none of those that the kernel chooses from, so that
 * whoever lets it choose does not get one of them meanwhile; and each is given once.
 */
public final class FreePort {

    private static final int FIRST = 10_000;
    private static final int END = 30_000;

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST, END));

    private FreePort() {}

    public static int next() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = NEXT.getAndUpdate(now -> now + 1 < END ? now + 1 : FIRST);
            try (ServerSocket _ = new ServerSocket(port);
                    DatagramSocket _ = new DatagramSocket(new InetSocketAddress(port))) {
                return port;
            } catch (IOException e) {
                // Somebody has it: the next one.
            }
        }
        throw new AssertionError("no port is free");
    }
}
