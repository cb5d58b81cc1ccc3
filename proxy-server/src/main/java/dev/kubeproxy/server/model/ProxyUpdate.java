package dev.kubeproxy.server.model;

import java.util.List;

/**
 * What changed: for each Service named here, the state that replaces the one it had. Services not named stay as they
 * are, so that a change costs what it changes, with ten Services or a hundred thousand.
 *
 * @param revision grows with every update; log lines and metrics name it
 */
public record ProxyUpdate(long revision, List<ServiceState> services) {

    public ProxyUpdate {
        services = List.copyOf(services);
    }
}
