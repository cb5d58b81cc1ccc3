package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.DesiredService;
import dev.kubeproxy.control.sync.SyncObserver.TrafficKind;
import dev.kubeproxy.server.model.Access;
import dev.kubeproxy.server.model.FrontendKind;
import dev.kubeproxy.server.model.IpFamily;
import dev.kubeproxy.server.model.ServicePort;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many service ports a Local policy leaves without endpoints on this node while others have some (rule D2), kept
 * along with what the data plane is told. Confined to the sync thread.
 */
final class SilentPorts {

    private final Map<TrafficKind, Map<IpFamily, Integer>> counts = new EnumMap<>(TrafficKind.class);

    SilentPorts() {
        for (TrafficKind kind : TrafficKind.values()) {
            counts.put(kind, new EnumMap<>(Map.of(IpFamily.IPV4, 0, IpFamily.IPV6, 0)));
        }
    }

    void change(DesiredService before, DesiredService now) {
        before.state().ports().forEach(port -> count(port, -1));
        now.state().ports().forEach(port -> count(port, 1));
    }

    void tell(SyncStatus status) {
        counts.forEach((kind, byFamily) ->
                byFamily.forEach((family, count) -> status.onNoLocalEndpoints(kind, family, count)));
    }

    private void count(ServicePort port, int by) {
        for (TrafficKind kind : TrafficKind.values()) {
            boolean silent =
                    port.frontends().values().stream().anyMatch(access -> kind(access) == kind && port.silent(access));
            if (silent) {
                counts.getOrDefault(kind, Map.of()).merge(port.name().family(), by, Integer::sum);
            }
        }
    }

    private static TrafficKind kind(Access access) {
        return access.kind() == FrontendKind.CLUSTER_IP ? TrafficKind.INTERNAL : TrafficKind.EXTERNAL;
    }
}
