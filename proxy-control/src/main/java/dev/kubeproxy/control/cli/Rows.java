package dev.kubeproxy.control.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads tables of {@code columns} and {@code rows}. */
final class Rows {

    private Rows() {}

    /** Each row with the columns' names. */
    static List<JsonNode> objects(JsonNode table) {
        JsonMapper json = new JsonMapper();
        JsonNode columns = table.get("columns");
        List<JsonNode> objects = new ArrayList<>();
        for (JsonNode row : table.get("rows")) {
            ObjectNode object = json.createObjectNode();
            for (int column = 0; column < columns.size(); column++) {
                object.set(columns.get(column).asString(), row.get(column));
            }
            objects.add(object);
        }
        return objects;
    }
}
