package dev.kubeproxy.control.health;

import dev.kubeproxy.control.desired.ServiceHealth;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServiceName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The health check port of one Service, on each of the node's addresses it is to answer on (rules K6, K8). Writer: its
 * owner. Readers: threads of requests.
 */
final class ServiceHealthServer implements AutoCloseable {

    private static final String WEIGHT = "X-Load-Balancing-Endpoint-Weight";

    private final ServiceName service;
    private final int port;
    private final ProxyHealth health;
    private final Consumer<String> onTaken;
    private final Map<InetAddress, HttpPort> ports = new HashMap<>();
    private volatile int localEndpoints;

    /** @param onTaken told why one of its addresses cannot be bound */
    ServiceHealthServer(ServiceName service, int port, ProxyHealth health, Consumer<String> onTaken) {
        this.service = service;
        this.port = port;
        this.health = health;
        this.onTaken = onTaken;
    }

    int port() {
        return port;
    }

    /** Takes the number of endpoints, and follows the node's addresses. */
    void apply(ServiceHealth now) {
        localEndpoints = now.localEndpoints();
        Set<InetAddress> wanted = sockets(now.addresses());
        ports.forEach((address, open) -> {
            if (!wanted.contains(address)) {
                open.close();
            }
        });
        ports.keySet().retainAll(wanted);
        ports.values().forEach(HttpPort::bindNow);
        for (InetAddress address : wanted) {
            if (!ports.containsKey(address)) {
                HttpPort opened = httpPort(new InetSocketAddress(address, port));
                ports.put(address, opened);
                opened.bindOrRetry();
            }
        }
    }

    private HttpPort httpPort(InetSocketAddress address) {
        Page.Source page = new HealthPage(this::page);
        return new HttpPort("health of Service " + service, address, _ -> page, onTaken);
    }

    Collection<InetSocketAddress> boundAddresses() {
        return ports.values().stream()
                .map(HttpPort::boundAddress)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public void close() {
        ports.values().forEach(HttpPort::close);
        ports.clear();
    }

    private Page page() {
        int count = localEndpoints;
        boolean proxyHealthy = health.servesWell();
        String body = """
            {
            \t"service": {
            \t\t"namespace": "%s",
            \t\t"name": "%s"
            \t},
            \t"localEndpoints": %d,
            \t"serviceProxyHealthy": %s
            }""".formatted(service.namespace(), service.name(), count, proxyHealthy);
        int status = count > 0 && proxyHealthy ? 200 : 503;
        return new Page(status, Page.JSON, body, Map.of(WEIGHT, Integer.toString(count)));
    }

    /** A socket of IPv6's any-address hears IPv4 too, and leaves no room for another one. */
    private static Set<InetAddress> sockets(Set<InetAddress> addresses) {
        Set<InetAddress> sockets = new HashSet<>(addresses);
        if (sockets.contains(IpFamily.IPV6.any())) {
            sockets.remove(IpFamily.IPV4.any());
        }
        return sockets;
    }
}
