package dev.kubeproxy.control.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Puts what the proxy says into lines for people. Pure. */
final class Printer {

    private final boolean wide;
    private final long nowMillis;

    /** @param nowMillis since the epoch, for ages */
    Printer(boolean wide, long nowMillis) {
        this.wide = wide;
        this.nowMillis = nowMillis;
    }

    String print(View view, JsonNode document) {
        return switch (view) {
            case SERVICES -> services(document);
            case SERVICE -> service(document);
            case WHY -> why(document);
            case CONNECTIONS -> connections(document);
            case LISTENERS -> listeners(document);
            case EVENTS -> events(document);
        };
    }

    private String services(JsonNode document) {
        List<String> titles = new ArrayList<>(List.of(
                "NAMESPACE",
                "NAME",
                "TYPE",
                "CLUSTER-IP",
                "EXTERNAL-IP",
                "PORT(S)",
                "AGE",
                "ENDPOINTS",
                "OPEN",
                "NEW/S"));
        if (wide) {
            titles.addAll(List.of("IN-BYTES/S", "OUT-BYTES/S", "FAILED-DIALS/S"));
        }
        TextTable table = new TextTable(titles.toArray(String[]::new));
        for (JsonNode service : document.get("services")) {
            List<String> cells = new ArrayList<>(List.of(
                    text(service, "namespace"),
                    text(service, "name"),
                    text(service, "type"),
                    text(service, "clusterIPs"),
                    text(service, "externalIPs"),
                    text(service, "ports"),
                    created(service.get("created").asLong()),
                    service.get("used").asLong() + "/"
                            + service.get("endpoints").asLong(),
                    figure(service, "active"),
                    figure(service, "newPerSecond")));
            if (wide) {
                cells.add(figure(service, "bytesFromClientPerSecond"));
                cells.add(figure(service, "bytesFromBackendPerSecond"));
                cells.add(figure(service, "dialFailuresPerSecond"));
            }
            table.add(cells.toArray(String[]::new));
        }
        return table.toString();
    }

    /** Services of manifests do not say when they were made. */
    private String created(long millis) {
        return millis <= 0 ? "<unknown>" : Figures.age(nowMillis - millis);
    }

    private static String service(JsonNode service) {
        StringBuilder text = new StringBuilder();
        text.append("Name:         ").append(text(service, "name")).append('\n');
        text.append("Namespace:    ").append(text(service, "namespace")).append('\n');
        text.append("Type:         ").append(text(service, "type")).append('\n');
        text.append("Cluster IP:   ").append(text(service, "clusterIPs")).append('\n');
        text.append("External IP:  ")
                .append(orNone(text(service, "externalIPs")))
                .append('\n');
        text.append("Affinity:     ").append(text(service, "affinity")).append('\n');
        text.append(elsewhere(service));
        for (JsonNode port : service.get("ports")) {
            text.append('\n').append(title(port)).append(clients(port));
            TextTable table = new TextTable("  ENDPOINT", "STATE", "NODE", "SHARE");
            for (JsonNode endpoint : port.get("endpoints")) {
                table.add("  " + text(endpoint, "address"), text(endpoint, "state"), node(endpoint), shares(endpoint));
            }
            text.append(table);
        }
        TextTable listeners = new TextTable("LISTENER", "STATE");
        for (JsonNode listener : service.get("listeners")) {
            listeners.add(text(listener, "frontend"), state(listener));
        }
        return text.append('\n').append(listeners).toString();
    }

    private static String why(JsonNode service) {
        StringBuilder text = new StringBuilder(elsewhere(service));
        for (JsonNode port : service.get("ports")) {
            text.append(text(service, "namespace"))
                    .append('/')
                    .append(text(service, "name"))
                    .append(", ")
                    .append(title(port))
                    .append(clients(port));
            TextTable table = new TextTable("  ENDPOINT", "STATE", "NODE", "POLICY", "USED", "WHY");
            for (JsonNode endpoint : port.get("endpoints")) {
                for (Map.Entry<String, JsonNode> verdict :
                        endpoint.get("verdicts").properties()) {
                    table.add(
                            "  " + text(endpoint, "address"),
                            text(endpoint, "state"),
                            node(endpoint),
                            verdict.getKey(),
                            verdict.getValue().get("used").asBoolean() ? "yes" : "no",
                            text(verdict.getValue(), "why"));
                }
            }
            text.append(table).append('\n');
        }
        return text.toString();
    }

    private static String elsewhere(JsonNode service) {
        StringBuilder lines = new StringBuilder();
        for (JsonNode address : service.path("elsewhere")) {
            lines.append("Not served here: ").append(address.asString()).append('\n');
        }
        return lines.toString();
    }

    private static String title(JsonNode port) {
        String name = text(port, "port");
        return "port %s, %s, %s%n"
                .formatted(name.isEmpty() ? "without a name" : name, text(port, "protocol"), text(port, "family"));
    }

    private static String clients(JsonNode port) {
        StringBuilder lines = new StringBuilder();
        for (JsonNode clients : port.get("clients")) {
            lines.append("  %s (%s) %s%n"
                    .formatted(text(clients, "who"), text(clients, "policy"), text(clients, "outcome")));
        }
        return lines.toString();
    }

    private static String node(JsonNode endpoint) {
        return endpoint.get("local").asBoolean() ? "this node" : text(endpoint, "node");
    }

    /** {@code Cluster 50%, Local 0%}. */
    private static String shares(JsonNode endpoint) {
        List<String> shares = new ArrayList<>();
        for (Map.Entry<String, JsonNode> verdict : endpoint.get("verdicts").properties()) {
            long percent = Math.round(100 * verdict.getValue().get("share").asDouble());
            shares.add(verdict.getKey() + " " + percent + "%");
        }
        return String.join(", ", shares);
    }

    private static String connections(JsonNode document) {
        TextTable table = new TextTable("NAMESPACE", "NAME", "PORT", "CLIENT", "FRONTEND", "BACKEND", "AGE");
        for (JsonNode connection : Rows.objects(document)) {
            table.add(
                    text(connection, "namespace"),
                    text(connection, "name"),
                    text(connection, "port"),
                    text(connection, "client"),
                    text(connection, "frontend"),
                    text(connection, "backend"),
                    Figures.age(connection.get("ageMillis").asLong()));
        }
        long leftOut = document.path("leftOut").asLong(0);
        return leftOut == 0 ? table.toString() : table + "and %d more, open for less time%n".formatted(leftOut);
    }

    private static String listeners(JsonNode document) {
        TextTable table = new TextTable("LISTENER", "OWNER", "STATE");
        for (JsonNode listener : document.get("failures")) {
            table.add(text(listener, "frontend"), text(listener, "owner"), state(listener));
        }
        return "%d listen, %d fail%n"
                        .formatted(
                                document.get("listening").asLong(),
                                document.get("failing").asLong())
                + (document.get("failures").isEmpty() ? "" : table);
    }

    private static String state(JsonNode listener) {
        return listener.has("why") ? text(listener, "state") + ": " + text(listener, "why") : text(listener, "state");
    }

    private static String events(JsonNode document) {
        TextTable table = new TextTable("AGE", "TYPE", "REASON", "OBJECT", "MESSAGE");
        for (JsonNode event : document.get("events")) {
            table.add(
                    Figures.age(event.get("ageMillis").asLong()),
                    text(event, "type"),
                    text(event, "reason"),
                    text(event, "about"),
                    text(event, "note"));
        }
        return table.toString();
    }

    private static String figure(JsonNode node, String field) {
        return Figures.of(node.get(field).asDouble());
    }

    private static String text(JsonNode node, String field) {
        return node.get(field).asString();
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }
}
