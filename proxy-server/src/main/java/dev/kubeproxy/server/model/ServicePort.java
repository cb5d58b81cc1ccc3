package dev.kubeproxy.server.model;

import java.util.Map;

/**
 * One service port as the data plane has it: where clients dial it and which backends answer.
 *
 * @param frontends each with what its address is to the Service; the any-address is always the node's
 */
public record ServicePort(ServicePortName name, Map<Frontend, FrontendKind> frontends, BackendPool pool) {

    public ServicePort {
        frontends = Map.copyOf(frontends);
        frontends.forEach((frontend, kind) -> {
            if (frontend.anyAddress() && kind.serviceAddress()) {
                throw new IllegalArgumentException(frontend + " cannot be a " + kind);
            }
        });
    }
}
