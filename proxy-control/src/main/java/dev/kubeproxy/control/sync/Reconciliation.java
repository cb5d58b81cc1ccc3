package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.ClusterState;
import dev.kubeproxy.control.desired.DesiredService;
import dev.kubeproxy.control.desired.ServiceHealth;
import dev.kubeproxy.control.desired.Standing;
import dev.kubeproxy.server.model.ProxyUpdate;
import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.model.ServicePortName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Brings the data plane to where the cluster state is. A Service that fails, for whatever fault of this program, keeps
 * what it had, and nobody else's update waits for it. Confined to the sync thread.
 */
final class Reconciliation {

    private static final Logger LOG = LogManager.getLogger();

    private final ClusterState state;
    private final DataPlane dataPlane;
    private final ServiceAddresses addresses;
    private final Runnable onSockets;
    private final SilentPorts silent = new SilentPorts();
    private Map<ServicePortName, Map<Standing, Integer>> standings = Map.of();
    private int failed;
    private long revision;

    /** @param onSockets run on any thread once the sockets of an update are as it asks for */
    Reconciliation(ClusterState state, DataPlane dataPlane, ServiceAddresses addresses, Runnable onSockets) {
        this.state = state;
        this.dataPlane = dataPlane;
        this.addresses = addresses;
        this.onSockets = onSockets;
    }

    /** How far it came. */
    enum Outcome {
        DONE,
        /** Some Services failed; the data plane goes on taking updates. */
        PARTLY,
        /** The data plane took nothing of what it was told. */
        FAILED
    }

    /** @param draining nothing but the data plane follows */
    Outcome run(boolean draining) {
        ClusterState.Rebuilt rebuilt = state.rebuild();
        rebuilt.failed().forEach((name, fault) -> LOG.error("Service {} stays as it was: this is a bug", name, fault));
        int updated = rebuilt.changed().isEmpty() ? 0 : update(rebuilt.changed(), draining);
        standings = rebuilt.standings();
        int refused = rebuilt.changed().size() - updated;
        failed = rebuilt.failed().size() + refused;
        if (failed == 0) {
            return Outcome.DONE;
        }
        return refused > 0 && updated == 0 ? Outcome.FAILED : Outcome.PARTLY;
    }

    /** How many Services stayed as they were in the last run, for some fault of this program. */
    int failed() {
        return failed;
    }

    /** How many endpoints stand how, of each service port that the last run decided on. */
    Map<ServicePortName, Map<Standing, Integer>> standings() {
        return standings;
    }

    SilentPorts silent() {
        return silent;
    }

    long revision() {
        return revision;
    }

    /** @return how many of the Services the data plane took */
    private int update(List<DesiredService> services, boolean draining) {
        if (!draining) {
            addresses.claim(services);
        }
        if (apply(services, draining)) {
            return services.size();
        }
        int updated = 0;
        for (int i = 0; services.size() > 1 && i < services.size(); i++) {
            updated += apply(List.of(services.get(i)), draining) ? 1 : 0;
        }
        return updated;
    }

    private boolean apply(List<DesiredService> services, boolean draining) {
        revision++;
        try {
            var states = services.stream().map(DesiredService::state).toList();
            dataPlane.sink().apply(new ProxyUpdate(revision, states)).whenComplete((_, _) -> onSockets.run());
        } catch (RuntimeException e) {
            LOG.error("Update {} of {} failed and is tried again: this is a bug", revision, names(services), e);
            return false;
        }
        services.forEach(service -> {
            DesiredService before = state.told(service);
            ServiceLog.changed(before, service);
            silent.change(before, service);
        });
        if (!draining) {
            Map<ServiceName, Optional<ServiceHealth>> healths = new HashMap<>();
            services.forEach(service -> healths.put(service.name(), service.health()));
            dataPlane.health().apply(healths);
            services.forEach(addresses::settle);
        }
        return true;
    }

    private static String names(List<DesiredService> services) {
        return services.size() == 1
                ? "Service " + services.getFirst().name()
                : services.size() + " Services, " + services.getFirst().name() + " first,";
    }
}
