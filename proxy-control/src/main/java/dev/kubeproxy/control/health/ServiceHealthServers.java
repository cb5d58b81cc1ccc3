package dev.kubeproxy.control.health;

import dev.kubeproxy.control.desired.ServiceHealth;
import dev.kubeproxy.control.events.Event;
import dev.kubeproxy.control.events.Events;
import dev.kubeproxy.control.sync.ServiceHealthSink;
import dev.kubeproxy.server.model.ServiceName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The health check ports of all Services that have one (rules K6-K8). They open, close and change with their Services; a
 * port that is taken is an event on the Service, and is tried again. Writer: the sync thread, and whoever closes it last.
 */
public final class ServiceHealthServers implements ServiceHealthSink, AutoCloseable {

    private static final Logger LOG = LogManager.getLogger();

    private final ProxyHealth health;
    private final Events events;
    private final Map<ServiceName, ServiceHealthServer> servers = new HashMap<>();
    private boolean closed;

    public ServiceHealthServers(ProxyHealth health, Events events) {
        this.health = health;
        this.events = events;
    }

    /** Closes before it opens: in one round a port may pass from one Service to another. */
    @Override
    public synchronized void apply(Map<ServiceName, Optional<ServiceHealth>> changed) {
        if (!closed) {
            changed.forEach((service, now) -> closeUnlessSame(service, now.orElse(null)));
            changed.forEach((service, now) -> now.ifPresent(health -> open(service, health)));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        servers.values().forEach(ServiceHealthServer::close);
        servers.clear();
    }

    /** For tests: where a Service's port is bound. */
    synchronized @Nullable ServiceHealthServer server(ServiceName service) {
        return servers.get(service);
    }

    private void closeUnlessSame(ServiceName service, @Nullable ServiceHealth now) {
        ServiceHealthServer server = servers.get(service);
        if (server != null && (now == null || now.port() != server.port())) {
            LOG.info("Closing healthcheck of Service {} on port {}", service, server.port());
            server.close();
            servers.remove(service);
        }
    }

    private void open(ServiceName service, ServiceHealth now) {
        servers.computeIfAbsent(service, _ -> {
                    LOG.info("Opening healthcheck of Service {} on port {}", service, now.port());
                    return new ServiceHealthServer(service, now.port(), health, why -> tell(service, why));
                })
                .apply(now);
    }

    private void tell(ServiceName service, String why) {
        events.tell(
                Event.warning(new Event.Subject.OfService(service), "FailedToStartServiceHealthcheck", "Listen", why));
    }
}
