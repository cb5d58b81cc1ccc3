package dev.kubeproxy.server.metrics;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Whether each service port has figures of its own now. Writer: the sync thread. Readers: scrapes. */
final class Detail {

    /** With more, a cluster's nodes would together keep Prometheus busier than the proxies are. */
    static final int MOST_PORTS = 1000;

    /** Where figures come back: some way below, so that they do not come and go. */
    static final int FEW_PORTS = 800;

    private static final Logger LOG = LogManager.getLogger();

    private final PerService wanted;
    private volatile boolean on;

    Detail(PerService wanted) {
        this.wanted = wanted;
        this.on = wanted != PerService.OFF;
    }

    boolean on() {
        return on;
    }

    /** There are so many service ports now. */
    void onPorts(int ports) {
        if (wanted != PerService.AUTO) {
            return;
        }
        if (on && ports > MOST_PORTS) {
            on = false;
            LOG.info(
                    "More than {} service ports: metrics are now sums over all; --metrics-per-service=on has each",
                    MOST_PORTS);
        } else if (!on && ports < FEW_PORTS) {
            on = true;
            LOG.info("Fewer than {} service ports: metrics are told of each again", FEW_PORTS);
        }
    }
}
