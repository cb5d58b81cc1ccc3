package dev.kubeproxy.control.node;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** The addresses of this machine's interfaces, loopback included. Service addresses made local are not among them. */
public final class NodeAddresses {

    private NodeAddresses() {}

    /**
     * Reads them anew, of the interfaces that are up.
     *
     * @throws UncheckedIOException when the kernel does not tell
     */
    public static List<InetAddress> current() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(NodeAddresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .toList();
        } catch (SocketException e) {
            throw new UncheckedIOException("the interfaces of this machine cannot be read", e);
        }
    }

    private static boolean isUp(NetworkInterface networkInterface) {
        try {
            return networkInterface.isUp();
        } catch (SocketException _) { // it went away while we looked
            return false;
        }
    }
}
