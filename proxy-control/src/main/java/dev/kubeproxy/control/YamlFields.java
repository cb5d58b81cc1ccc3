package dev.kubeproxy.control;

import dev.kubeproxy.control.Kind.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;

/** The leaves of a YAML document with the lines they stand on, which object mapping would lose. */
final class YamlFields {

    /**
     * One leaf. Lists and maps of plain values are leaves too, their items joined by commas.
     *
     * @param path names from the top, joined by dots
     */
    record Field(String path, Shape shape, String text, boolean isNull, int line) implements Comparable<Field> {

        @Override
        public int compareTo(Field other) {
            int byLine = Integer.compare(line, other.line);
            return byLine != 0 ? byLine : path.compareTo(other.path);
        }
    }

    private static final YAMLFactory YAML = new YAMLFactory();

    private final JsonParser parser;
    private final Predicate<String> isLeaf;
    private final List<Field> fields = new ArrayList<>();

    private YamlFields(JsonParser parser, Predicate<String> isLeaf) {
        this.parser = parser;
        this.isLeaf = isLeaf;
    }

    /**
     * @param isLeaf which paths are read as one leaf whatever is there, such as maps with keys of the user's
     * @throws tools.jackson.core.JacksonException when the text is not YAML
     */
    static List<Field> read(String yaml, Predicate<String> isLeaf) {
        try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), yaml)) {
            YamlFields reading = new YamlFields(parser, isLeaf);
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                reading.object("");
            } else if (first != null) {
                reading.value("");
            }
            return reading.fields;
        }
    }

    /** Stands on the opening token; leaves at the closing one. */
    private void object(String prefix) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String path = prefix + parser.currentName();
            int line = parser.currentTokenLocation().getLineNr();
            if (parser.nextToken() == JsonToken.START_OBJECT && !isLeaf.test(path)) {
                object(path + ".");
            } else {
                value(path, line);
            }
        }
    }

    private void value(String path) {
        value(path, parser.currentTokenLocation().getLineNr());
    }

    private void value(String path, int line) {
        JsonToken token = parser.currentToken();
        Shape shape = switch (token) {
            case VALUE_TRUE, VALUE_FALSE -> Shape.BOOLEAN;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Shape.NUMBER;
            case START_ARRAY -> Shape.LIST;
            case START_OBJECT -> Shape.MAP;
            default -> Shape.STRING;
        };
        String text = switch (shape) {
            case LIST, MAP -> items();
            default -> parser.getString();
        };
        fields.add(new Field(path, shape, text, token == JsonToken.VALUE_NULL, line));
    }

    /** Items {@code a,b}, entries {@code k=v,l=w}; what is nested deeper is passed over. */
    private String items() {
        List<String> items = new ArrayList<>();
        String key = "";
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                break;
            } else if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (depth == 1 && token == JsonToken.PROPERTY_NAME) {
                key = parser.currentName() + "=";
            } else if (depth == 1) {
                items.add(key + parser.getString());
            }
        }
        return String.join(",", items);
    }
}
