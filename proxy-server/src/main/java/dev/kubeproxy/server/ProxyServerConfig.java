package dev.kubeproxy.server;

import dev.kubeproxy.server.tcp.DialPolicy;
import dev.kubeproxy.server.transport.StreamSockets;
import dev.kubeproxy.server.transport.Transport;
import dev.kubeproxy.server.udp.UdpLimits;
import java.time.Duration;

/**
 * How the data plane works, whatever Services there are.
 *
 * @param eventLoops number of threads that do I/O
 * @param descriptorLimit file descriptors that the process may have open, without those that are kept for others
 * @param spliceFrom how many bytes must arrive at once on a TCP connection for them to be spliced rather than copied,
 *     where the transport can; 0 splices all
 */
public record ProxyServerConfig(
        Transport transport,
        ServiceCapture capture,
        int eventLoops,
        DialPolicy dialPolicy,
        UdpLimits udpLimits,
        int descriptorLimit,
        int spliceFrom) {

    public ProxyServerConfig {
        if (eventLoops < 1) {
            throw new IllegalArgumentException("at least one event loop is needed, not " + eventLoops);
        }
        if (!transport.available()) {
            throw new IllegalArgumentException("this machine cannot do " + transport);
        }
    }

    /**
     * A bound socket for each frontend, the usual dial policy and UDP limits, within the file descriptors that this
     * process may have.
     */
    public static ProxyServerConfig standard(Transport transport, int eventLoops) {
        int descriptors = Descriptors.limit();
        return new ProxyServerConfig(
                transport,
                ServiceCapture.BIND,
                eventLoops,
                DialPolicy.DEFAULT,
                UdpLimits.ofDescriptorLimit(descriptors).withinPorts(LocalPorts.count()),
                descriptors,
                StreamSockets.BULK);
    }

    /** The same with one idle time for all UDP sessions. */
    public ProxyServerConfig withUdpIdle(Duration idle) {
        return new ProxyServerConfig(
                transport, capture, eventLoops, dialPolicy, udpLimits.withIdle(idle), descriptorLimit, spliceFrom);
    }

    /** The same with so many of the process' descriptors left to others, who count them themselves. */
    public ProxyServerConfig withDescriptorsKept(int others) {
        int left = descriptorLimit - others;
        return new ProxyServerConfig(
                transport, capture, eventLoops, dialPolicy, udpLimits.withinDescriptors(left), left, spliceFrom);
    }

    /** The same with service addresses captured in this way. */
    public ProxyServerConfig withCapture(ServiceCapture by) {
        return new ProxyServerConfig(transport, by, eventLoops, dialPolicy, udpLimits, descriptorLimit, spliceFrom);
    }
}
