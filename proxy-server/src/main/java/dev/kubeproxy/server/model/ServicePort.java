package dev.kubeproxy.server.model;

import java.util.Set;

/** One service port as the data plane has it: where clients dial it and which backends answer. */
public record ServicePort(ServicePortName name, Set<Frontend> frontends, BackendPool pool) {

    public ServicePort {
        frontends = Set.copyOf(frontends);
    }
}
