package dev.kubeproxy.control.status;

import dev.kubeproxy.control.desired.Decision;
import dev.kubeproxy.control.desired.EndpointVerdict;
import dev.kubeproxy.control.desired.PortAccount;
import dev.kubeproxy.server.model.Addresses;
import dev.kubeproxy.server.model.Affinity;
import dev.kubeproxy.server.model.Backend;
import dev.kubeproxy.server.model.ListenerStatus;
import dev.kubeproxy.server.model.ListenerStatus.State;
import dev.kubeproxy.server.model.Protocol;
import dev.kubeproxy.server.model.ServicePortName;
import dev.kubeproxy.server.model.TrafficPolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/** One Service with its ports: who is sent where and why, and how its listeners are. */
record ServiceDetail(Decision decision, List<ListenerStatus> listeners, BiPredicate<Backend, Protocol> leadsBack) {

    String json() {
        ServiceRow row = ServiceRow.of(decision);
        return JsonText.object(json -> {
            json.writeStringProperty("namespace", row.name().namespace());
            json.writeStringProperty("name", row.name().name());
            json.writeStringProperty("type", row.type());
            json.writeStringProperty("clusterIPs", row.clusterIps());
            json.writeStringProperty("externalIPs", row.externalIps());
            json.writeStringProperty("affinity", affinity());
            json.writeArrayPropertyStart("elsewhere");
            decision.desired().elsewhere().entrySet().stream()
                    .map(entry -> Addresses.text(entry.getKey()) + ": " + entry.getValue())
                    .sorted()
                    .forEach(json::writeString);
            json.writeEndArray();
            json.writeArrayPropertyStart("ports");
            decision.explain().forEach(port -> port(json, port));
            json.writeEndArray();
            json.writeArrayPropertyStart("listeners");
            listeners.stream()
                    .sorted(Comparator.comparing(status -> status.frontend().toString()))
                    .forEach(status -> listener(json, status));
            json.writeEndArray();
        });
    }

    private String affinity() {
        return switch (decision.service().affinity()) {
            case Affinity.None _ -> "none";
            case Affinity.ClientIp(var timeout) -> "ClientIP, for " + timeout.toSeconds() + " s";
        };
    }

    private void port(JsonGenerator json, PortAccount port) {
        ServicePortName name = port.name();
        json.writeStartObject();
        json.writeStringProperty("port", name.port());
        json.writeStringProperty("protocol", name.protocol().toString());
        json.writeStringProperty("family", name.family().toString());
        json.writeArrayPropertyStart("clients");
        for (PortAccount.Clients clients : port.clients()) {
            json.writeStartObject();
            json.writeStringProperty("who", clients.who());
            json.writeStringProperty("policy", text(clients.policy()));
            json.writeStringProperty("outcome", clients.outcome());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("endpoints");
        Map<TrafficPolicy, Long> used = used(port.endpoints());
        port.endpoints().forEach(endpoint -> endpoint(json, name.protocol(), endpoint, used));
        json.writeEndArray();
        json.writeEndObject();
    }

    private void endpoint(
            JsonGenerator json, Protocol protocol, PortAccount.Endpoint endpoint, Map<TrafficPolicy, Long> used) {
        json.writeStartObject();
        json.writeStringProperty("address", endpoint.backend().toString());
        boolean own = leadsBack.test(endpoint.backend(), protocol);
        json.writeStringProperty(
                "state", own ? state(endpoint) + ", but served by this proxy: not dialled" : state(endpoint));
        String node = endpoint.facts().nodeName();
        json.writeStringProperty("node", node == null ? "" : node);
        json.writeBooleanProperty("local", endpoint.local());
        json.writeObjectPropertyStart("verdicts");
        endpoint.verdicts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    EndpointVerdict verdict = entry.getValue();
                    json.writeObjectPropertyStart(text(entry.getKey()));
                    json.writeBooleanProperty("used", verdict.used());
                    json.writeNumberProperty("share", verdict.used() ? 1.0 / used.getOrDefault(entry.getKey(), 1L) : 0);
                    json.writeStringProperty("why", verdict.why());
                    json.writeEndObject();
                });
        json.writeEndObject();
        json.writeEndObject();
    }

    /** They take turns, so each of so many has the same share of new connections, but where affinity holds clients. */
    private static Map<TrafficPolicy, Long> used(List<PortAccount.Endpoint> endpoints) {
        return endpoints.stream()
                .flatMap(endpoint -> endpoint.verdicts().entrySet().stream())
                .filter(entry -> entry.getValue().used())
                .collect(Collectors.groupingBy(Map.Entry::getKey, Collectors.counting()));
    }

    private static String state(PortAccount.Endpoint endpoint) {
        if (endpoint.facts().ready()) {
            return "ready";
        }
        if (endpoint.facts().terminating()) {
            return endpoint.facts().serving() ? "terminating, serving" : "terminating";
        }
        return "not ready";
    }

    /** As Kubernetes writes it. */
    private static String text(TrafficPolicy policy) {
        return switch (policy) {
            case CLUSTER -> "Cluster";
            case LOCAL -> "Local";
        };
    }

    static void listener(JsonGenerator json, ListenerStatus status) {
        json.writeStartObject();
        json.writeStringProperty("frontend", status.frontend().toString());
        json.writeStringProperty("owner", status.owner().toString());
        switch (status.state()) {
            case State.Bound _ -> json.writeStringProperty("state", "listening");
            case State.Failed(String reason, int attempts) -> {
                json.writeStringProperty("state", "failed");
                json.writeStringProperty("why", reason + "; tried " + attempts + " times, and again soon");
            }
            case State.Conflict(ServicePortName holder) -> {
                json.writeStringProperty("state", "conflict");
                json.writeStringProperty("why", holder + " has it and was made first");
            }
        }
        json.writeEndObject();
    }
}
