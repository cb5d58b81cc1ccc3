package dev.kubeproxy.server.listen;

import dev.kubeproxy.server.limit.DescriptorBudget;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.tcp.TcpProxy;
import dev.kubeproxy.server.udp.UdpProxy;
import io.netty.channel.EventLoopGroup;

/**
 * How each kind of frontend is opened. A NodePort is a port of the node's and always a socket; a service address takes
 * no port from the node where the kernel can steer.
 */
public final class Binders {

    private final Binder nodeTcp;
    private final Binder nodeUdp;
    private final Binder serviceTcp;
    private final Binder serviceUdp;

    private Binders(Binder nodeTcp, Binder nodeUdp, Binder serviceTcp, Binder serviceUdp) {
        this.nodeTcp = nodeTcp;
        this.nodeUdp = nodeUdp;
        this.serviceTcp = serviceTcp;
        this.serviceUdp = serviceUdp;
    }

    /** A bound socket for each frontend. */
    public static Binders bound(TcpProxy tcp, UdpProxy udp, DescriptorBudget descriptors) {
        Binder boundTcp = new AccountedBinder(new TcpBinder(tcp), descriptors);
        Binder boundUdp = new AccountedBinder(new UdpBinder(udp), descriptors);
        return new Binders(boundTcp, boundUdp, boundTcp, boundUdp);
    }

    /** Service addresses by the kernel's socket lookup, on all the loops. */
    public Binders steered(
            TcpProxy tcp, UdpProxy udp, EventLoopGroup loops, Steering steering, DescriptorBudget descriptors) {
        return new Binders(
                nodeTcp,
                nodeUdp,
                new SteeredTcp(tcp, loops, steering, descriptors),
                new AccountedBinder(new SteeredUdp(udp, steering), descriptors));
    }

    Binder of(Frontend frontend, FrontendKind kind) {
        if (frontend.protocol() == Protocol.TCP) {
            return kind.serviceAddress() ? serviceTcp : nodeTcp;
        }
        return kind.serviceAddress() ? serviceUdp : nodeUdp;
    }
}
