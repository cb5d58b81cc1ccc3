package dev.kubeproxy.control.desired;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which of the ready endpoints are meant for this node, by the hints in their slices; what a Service wants, near nodes or
 * zones, has become hints before (rule C10).
 */
final class TopologyHints {

    private TopologyHints() {}

    /**
     * Those for this node, else those for its zone, else all. Hints count only where every endpoint has one: endpoints
     * without are news that the hints do not know yet (rules C5-C8).
     *
     * @param zone of this node, empty where it has none
     */
    static Choice near(List<ServiceEndpoint> ready, String nodeName, String zone) {
        List<ServiceEndpoint> forNode =
                hinted(ready, endpoint -> endpoint.facts().forNodes(), nodeName);
        if (!forNode.isEmpty()) {
            return new Choice(Choice.Rule.FOR_NODE, forNode);
        }
        List<ServiceEndpoint> forZone =
                hinted(ready, endpoint -> endpoint.facts().forZones(), zone);
        return forZone.isEmpty() ? new Choice(Choice.Rule.READY, ready) : new Choice(Choice.Rule.FOR_ZONE, forZone);
    }

    /** Empty where not every endpoint has hints. */
    private static List<ServiceEndpoint> hinted(
            List<ServiceEndpoint> ready, Function<ServiceEndpoint, Set<String>> hints, String place) {
        if (place.isEmpty()
                || ready.stream().anyMatch(endpoint -> hints.apply(endpoint).isEmpty())) {
            return List.of();
        }
        return ready.stream()
                .filter(endpoint -> hints.apply(endpoint).contains(place))
                .toList();
    }
}
