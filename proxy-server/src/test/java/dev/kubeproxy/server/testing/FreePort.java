package dev.kubeproxy.server.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports that nobody used a moment ago, for TCP and UDP on every address. */
public final class FreePort {

    private FreePort() {}

    public static int next() {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (ServerSocket tcp = new ServerSocket(0);
                    DatagramSocket _ = new DatagramSocket(new InetSocketAddress(tcp.getLocalPort()))) {
                return tcp.getLocalPort();
            } catch (IOException e) {
                // Free for TCP, not for UDP: the next one.
            }
        }
        throw new AssertionError("no port is free");
    }
}
