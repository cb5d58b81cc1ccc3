package dev.kubeproxy.control;

import dev.kubeproxy.control.desired.Standing;
import dev.kubeproxy.server.metrics.EndpointCount;
import dev.kubeproxy.server.metrics.ProxyMetrics;
import dev.kubeproxy.server.model.ServicePortName;
import java.util.Map;
import java.util.function.Consumer;

/** Tells the data plane's metrics how endpoints stand, which only the control plane knows. */
record EndpointFigures(ProxyMetrics metrics) implements Consumer<Map<ServicePortName, Map<Standing, Integer>>> {

    @Override
    public void accept(Map<ServicePortName, Map<Standing, Integer>> ofPorts) {
        ofPorts.forEach((name, standings) -> metrics.endpoints(
                name,
                standings.entrySet().stream()
                        .map(entry -> count(entry.getKey(), entry.getValue()))
                        .toList()));
    }

    private static EndpointCount count(Standing standing, int endpoints) {
        return switch (standing) {
            case READY -> new EndpointCount("ready", "", endpoints);
            case TERMINATING -> new EndpointCount("terminating", "", endpoints);
            case NOT_READY -> new EndpointCount("excluded", "not_ready", endpoints);
            case SHUTTING_DOWN -> new EndpointCount("excluded", "terminating", endpoints);
            case NOT_LOCAL -> new EndpointCount("excluded", "not_local", endpoints);
            case FOR_OTHERS -> new EndpointCount("excluded", "for_others", endpoints);
        };
    }
}
