package dev.kubeproxy.control.desired;

import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which endpoints clients of one policy get, and the rule by which they were chosen; of any endpoint of the port it can
 * tell why that is used or not.
 */
record Choice(Rule rule, List<ServiceEndpoint> endpoints) {

    /** What made the choice. */
    enum Rule {
        READY("it is ready"),
        FOR_NODE("it is ready, and its hints are for this node"),
        FOR_ZONE("it is ready, and its hints are for this node's zone"),
        LAST_RESORT("it shuts down but still answers, and no endpoint is ready"),
        LOCAL_READY("it is ready and on this node"),
        LOCAL_LAST_RESORT("it shuts down but still answers, and none on this node is ready");

        private final String whyUsed;

        Rule(String whyUsed) {
            this.whyUsed = whyUsed;
        }

        private boolean local() {
            return this == LOCAL_READY || this == LOCAL_LAST_RESORT;
        }
    }

    /** Tells of each endpoint that was chosen from why it is used or not. */
    Function<ServiceEndpoint, EndpointVerdict> verdicts(NodeFacts node) {
        Set<ServiceEndpoint> used = Set.copyOf(endpoints);
        return endpoint -> used.contains(endpoint)
                ? new EndpointVerdict(true, rule.whyUsed)
                : new EndpointVerdict(false, whyNot(endpoint, node));
    }

    private String whyNot(ServiceEndpoint endpoint, NodeFacts node) {
        if (rule.local() && !endpoint.local()) {
            String place = endpoint.facts().nodeName();
            return "the policy is Local, and it is on " + (place == null ? "no known node" : "node " + place);
        }
        if (!endpoint.ready()) {
            return whyNotReady(endpoint);
        }
        return rule == Rule.FOR_NODE
                ? "others have hints for this node, and it has them for "
                        + String.join(", ", endpoint.facts().forNodes())
                : "others have hints for zone " + node.zone() + ", this node's, and it has them for "
                        + String.join(", ", endpoint.facts().forZones());
    }

    private static String whyNotReady(ServiceEndpoint endpoint) {
        if (endpoint.lastResort()) {
            return "it shuts down, and others are ready";
        }
        return endpoint.facts().terminating() ? "it shuts down and answers no more" : "it is not ready";
    }
}
