package dev.kubeproxy.control.manifest;

import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** Makes fabric8's objects of JSON trees, as strict about types as an API server: {@code "80"} is no number. */
final class ObjectBinder {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .withCoercionConfig(
                    LogicalType.Textual,
                    textual -> textual.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private ObjectBinder() {}

    /**
     * Makes one object.
     *
     * @param node where {@code tree} was read from, for the place of a fault
     */
    static <T> T bind(JsonNode tree, Node node, Class<T> type) throws Fault.Found {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JacksonException e) {
            String path = path(e);
            throw new Fault.Found(YamlTree.fault(YamlTree.at(node, path), text(path, tree, e)));
        }
    }

    private static String text(String path, JsonNode tree, JacksonException e) {
        String what = value(at(tree, e));
        String wanted = e instanceof MismatchedInputException mismatch ? wanted(mismatch.getTargetType()) : null;
        if (e.getOriginalMessage().contains("out of range")) {
            return "%s: is %s, which is out of range".formatted(path, what);
        }
        return wanted == null
                ? "%s: %s cannot be read: %s"
                        .formatted(
                                path,
                                what,
                                e.getOriginalMessage().lines().findFirst().orElse(""))
                : "%s: is %s, write %s".formatted(path, what, wanted);
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    private static JsonNode at(JsonNode tree, JacksonException e) {
        JsonNode node = tree;
        for (JacksonException.Reference step : e.getPath()) {
            node = step.getPropertyName() == null ? node.path(step.getIndex()) : node.path(step.getPropertyName());
        }
        return node;
    }

    private static String value(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "the text \"" + shortened(node.stringValue()) + "\"";
            case NUMBER -> "the number " + shortened(node.asString());
            case BOOLEAN -> node.asString();
            case ARRAY -> "a list";
            case OBJECT -> "a map";
            default -> "nothing";
        };
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    private static @Nullable String wanted(@Nullable Class<?> type) {
        if (type == null || type == Object.class) {
            return null;
        }
        if (type == String.class) {
            return "text (in quotes, where it looks like something else)";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false, without quotes";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "a whole number, without quotes";
        }
        if (type == IntOrString.class) {
            return "a number or a name";
        }
        return Collection.class.isAssignableFrom(type)
                ? "a list (each entry begins with -)"
                : Map.class.isAssignableFrom(type) ? "a map (name: value)" : "its fields below it (name: value)";
    }
}
