package dev.kubeproxy.control;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The addresses of the health and the metrics port, of which two flags speak each. */
final class PortSettings {

    private PortSettings() {}

    /** A port that is off is empty. */
    static ProxyConfiguration.Ports read(Values values) {
        boolean ipv6 = values.read(Settings.BIND_ADDRESS) instanceof Inet6Address;
        Optional<InetSocketAddress> healthz =
                port(values, Settings.HEALTHZ_BIND_ADDRESS, Settings.HEALTHZ_PORT, ipv6 ? "[::]" : "0.0.0.0");
        Optional<InetSocketAddress> metrics =
                port(values, Settings.METRICS_BIND_ADDRESS, Settings.METRICS_PORT, ipv6 ? "[::1]" : "127.0.0.1");
        if (healthz.isPresent() && healthz.equals(metrics)) {
            values.refuse("%s and %s are the same address; each needs its own"
                    .formatted(
                            values.where(Settings.HEALTHZ_BIND_ADDRESS), values.where(Settings.METRICS_BIND_ADDRESS)));
        }
        return new ProxyConfiguration.Ports(
                healthz, metrics, values.read(Settings.PROFILING), values.read(Settings.BIND_ADDRESS_HARD_FAIL));
    }

    /** The old flag with a port number counts where the address says none, and 0 always does. */
    private static Optional<InetSocketAddress> port(
            Values values, Setting<Optional<InetSocketAddress>> address, Setting<Integer> oldPort, String usualHost) {
        int number = values.read(oldPort);
        if (values.has(oldPort) && number == 0) {
            return Optional.empty();
        }
        if (!values.has(address)) {
            return Kind.ipPort(number).parse(usualHost);
        }
        boolean valid = values.read(address).isPresent() && values.has(oldPort);
        return valid ? Kind.ipPort(number).parse(values.text(address)) : values.read(address);
    }
}
