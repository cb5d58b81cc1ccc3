package dev.kubeproxy.control.desired;

import dev.kubeproxy.server.model.ServicePortName;
import java.util.Map;

/**
 * What was made of one Service.
 *
 * @param standings how many endpoints of each port stand how: for people, where what is asked is for the data plane
 */
record Built(DesiredService asked, Map<ServicePortName, Map<Standing, Integer>> standings) {

    Built {
        standings = Map.copyOf(standings);
    }
}
