package dev.kubeproxy.server;

import dev.kubeproxy.server.tcp.DialPolicy;
import dev.kubeproxy.server.transport.Transport;
import dev.kubeproxy.server.udp.UdpLimits;

/**
 * How the data plane works, whatever Services there are.
 *
 * @param eventLoops number of threads that do I/O
 * @param descriptorLimit file descriptors that the process may have open
 */
public record ProxyServerConfig(
        Transport transport, int eventLoops, DialPolicy dialPolicy, UdpLimits udpLimits, long descriptorLimit) {

    public ProxyServerConfig {
        if (eventLoops < 1) {
            throw new IllegalArgumentException("at least one event loop is needed, not " + eventLoops);
        }
        if (!transport.available()) {
            throw new IllegalArgumentException("this machine cannot do " + transport);
        }
    }
}
