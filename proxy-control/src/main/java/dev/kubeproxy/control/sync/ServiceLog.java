package dev.kubeproxy.control.sync;

import dev.kubeproxy.control.desired.AddressOwner;
import dev.kubeproxy.control.desired.DesiredService;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Frontend;
import dev.kubeproxy.server.model.ServicePort;
import dev.kubeproxy.server.model.ServicePortName;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** Tells the operator of service ports that come, change and go; wording near kube-proxy's, for those who grep (rule P1). */
final class ServiceLog {

    private static final Logger LOG = LogManager.getLogger();
    private static final int FRONTENDS_NAMED = 4;

    /** Port 80 before a NodePort, then by address. */
    private static final Comparator<Frontend> ORDER =
            Comparator.comparingInt(Frontend::port).thenComparing(Frontend::toString);

    private ServiceLog() {}

    static void changed(DesiredService before, DesiredService now) {
        Map<ServicePortName, ServicePort> gone = new HashMap<>();
        before.state().ports().forEach(port -> gone.put(port.name(), port));
        now.state().ports().forEach(port -> changed(gone.remove(port.name()), port));
        gone.values().forEach(port -> LOG.info("Removing service port \"{}\" at {}", port.name(), frontends(port)));
        now.elsewhere().forEach((address, owner) -> {
            if (owner != AddressOwner.NOT_YET_KNOWN
                    && owner != before.elsewhere().get(address)) {
                leftOut(now, address, owner);
            }
        });
    }

    /** External IPs that are Nodes' are common, and served by each Node for its own. */
    private static void leftOut(DesiredService service, InetAddress address, AddressOwner owner) {
        LOG.log(
                owner == AddressOwner.NODE ? Level.INFO : Level.WARN,
                "Leaving out {} of Service {}: the address is {}",
                Addresses.text(address),
                service.name(),
                owner);
    }

    private static void changed(@Nullable ServicePort before, ServicePort now) {
        if (before == null) {
            LOG.info("Adding service port \"{}\" at {}, {}", now.name(), frontends(now), endpoints(now));
            return;
        }
        if (!before.frontends().keySet().equals(now.frontends().keySet())
                || !before.pool().affinity().equals(now.pool().affinity())) {
            LOG.info("Updating service port \"{}\" at {}, {}", now.name(), frontends(now), endpoints(now));
        } else if (before.pool().backends().isEmpty() != now.pool().backends().isEmpty()) {
            LOG.info(
                    "Setting endpoints of service port \"{}\": {} instead of {}",
                    now.name(),
                    endpoints(now),
                    before.pool().backends().size());
        }
        if (!before.pool().equals(now.pool())) { // these are many
            LOG.debug(
                    "Endpoints of service port \"{}\": {}",
                    now.name(),
                    now.pool().backends());
        }
    }

    private static String endpoints(ServicePort port) {
        int count = port.pool().backends().size();
        return count == 1 ? "1 endpoint" : count + " endpoints";
    }

    private static String frontends(ServicePort port) {
        Set<Frontend> all = port.frontends().keySet();
        String named = all.stream()
                .sorted(ORDER)
                .limit(FRONTENDS_NAMED)
                .map(Frontend::toString)
                .collect(Collectors.joining(", "));
        return all.size() > FRONTENDS_NAMED ? named + " and " + (all.size() - FRONTENDS_NAMED) + " more" : named;
    }
}
