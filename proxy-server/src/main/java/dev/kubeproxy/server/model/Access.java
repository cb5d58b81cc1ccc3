package dev.kubeproxy.server.model;

import java.net.InetAddress;
import java.util.List;

/**
 * Who may come in by a frontend, and which endpoints they get.
 *
 * @param inside the policy for this node's pods and the node itself
 * @param outside the policy for everybody else (rules D4, D5)
 * @param clients who may come in at all (rule I2); everybody where there is none
 */
public record Access(FrontendKind kind, TrafficPolicy inside, TrafficPolicy outside, List<Cidr> clients) {

    public Access {
        clients = List.copyOf(clients);
    }

    /** For everybody, to endpoints on any node. */
    public static Access open(FrontendKind kind) {
        return new Access(kind, TrafficPolicy.CLUSTER, TrafficPolicy.CLUSTER, List.of());
    }

    public boolean admits(InetAddress client) {
        return clients.isEmpty() || clients.stream().anyMatch(range -> range.contains(client));
    }
}
