package dev.kubeproxy.control.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The Services with their traffic between two moments. Pure. */
final class ServiceList {

    private static final double NANOS = 1e9;

    private ServiceList() {}

    /**
     * One document of both: {@code {"node": ..., "services": [{...}]}}.
     *
     * @param services as {@code /status/services} has them
     * @param before as {@code /status/traffic} had it
     * @param now as it has it now
     */
    static ObjectNode of(JsonNode services, JsonNode before, JsonNode now) {
        double seconds =
                Math.max(1, now.get("atNanos").asLong() - before.get("atNanos").asLong()) / NANOS;
        boolean sameRun = before.path("started").equals(now.path("started"));
        Map<String, JsonNode> past = byName(sameRun ? before : now); // no rates between runs
        Map<String, JsonNode> present = byName(now);
        ObjectNode all = new JsonMapper().createObjectNode();
        all.set("node", services.get("node"));
        ArrayNode list = all.putArray("services");
        for (JsonNode row : Rows.objects(services)) {
            ObjectNode service = (ObjectNode) row;
            JsonNode figures = present.get(name(row));
            JsonNode earlier = past.get(name(row));
            service.put("active", figures == null ? 0 : figures.get("active").asLong());
            service.put("newPerSecond", rate("opened", earlier, figures, seconds));
            service.put("bytesFromClientPerSecond", rate("bytesFromClient", earlier, figures, seconds));
            service.put("bytesFromBackendPerSecond", rate("bytesFromBackend", earlier, figures, seconds));
            service.put("dialFailuresPerSecond", rate("dialFailures", earlier, figures, seconds));
            list.add(service);
        }
        return all;
    }

    private static double rate(String name, @Nullable JsonNode before, @Nullable JsonNode now, double seconds) {
        if (now == null) {
            return 0;
        }
        long start = before == null ? 0 : before.get(name).asLong();
        return Math.max(0, now.get(name).asLong() - start) / seconds;
    }

    private static Map<String, JsonNode> byName(JsonNode table) {
        Map<String, JsonNode> byName = new HashMap<>();
        Rows.objects(table).forEach(row -> byName.put(name(row), row));
        return byName;
    }

    private static String name(JsonNode row) {
        return row.get("namespace").asString() + "/" + row.get("name").asString();
    }
}
