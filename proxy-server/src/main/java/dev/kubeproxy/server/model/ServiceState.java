package dev.kubeproxy.server.model;

import java.time.Instant;
import java.util.List;

/**
 * The whole desired state of one Service. Without ports the Service is gone.
 *
 * @param created when the Service was made: of two that want one frontend, the older has it (rule H3)
 */
public record ServiceState(ServiceName name, Instant created, List<ServicePort> ports) {

    public ServiceState {
        ports = List.copyOf(ports);
    }

    public static ServiceState gone(ServiceName name) {
        return new ServiceState(name, Instant.EPOCH, List.of());
    }
}
