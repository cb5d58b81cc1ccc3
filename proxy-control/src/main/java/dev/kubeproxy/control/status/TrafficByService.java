package dev.kubeproxy.control.status;

import dev.kubeproxy.server.model.ServiceName;
import dev.kubeproxy.server.observe.PortTraffic;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The figures of service ports, summed up by Service. */
final class TrafficByService implements Consumer<PortTraffic> {

    /** Of one Service. */
    record Sum(long active, long opened, long bytesFromClient, long bytesFromBackend, long dialFailures) {

        private Sum plus(Sum other) {
            return new Sum(
                    active + other.active,
                    opened + other.opened,
                    bytesFromClient + other.bytesFromClient,
                    bytesFromBackend + other.bytesFromBackend,
                    dialFailures + other.dialFailures);
        }
    }

    private final Map<ServiceName, Sum> sums = new TreeMap<>();

    @Override
    public void accept(PortTraffic traffic) {
        var sum = new Sum(
                traffic.active(),
                traffic.opened(),
                traffic.bytesFromClient(),
                traffic.bytesFromBackend(),
                traffic.dialFailures());
        sums.merge(traffic.port().service(), sum, Sum::plus);
    }

    Map<ServiceName, Sum> sums() {
        return sums;
    }
}
