package dev.kubeproxy.control.status;

import java.io.StringWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON as it goes, without a tree of it. */
final class JsonText {

    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonText() {}

    /** One object. */
    static String object(Consumer<JsonGenerator> fields) {
        var out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            fields.accept(json);
            json.writeEndObject();
        }
        return out.toString();
    }

    /** {@code "columns": [...], "rows": [[...], ...]}: names once, whatever the number of rows. */
    static <T> void table(JsonGenerator json, String[] columns, Iterable<T> rows, RowWriter<T> writer) {
        json.writeArrayPropertyStart("columns");
        for (String column : columns) {
            json.writeString(column);
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("rows");
        for (T row : rows) {
            json.writeStartArray();
            writer.write(json, row);
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    /** Writes the values of a row. */
    @FunctionalInterface
    interface RowWriter<T> {
        void write(JsonGenerator json, T row);
    }
}
