package dev.kubeproxy.control.manifest;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON tree of a YAML node: aliases are written out, a key given twice is a fault, as for an API server. */
final class YamlTree {

    /** Deeper than any Kubernetes object, and shallow enough for every stack. */
    private static final int MOST_DEPTH = 100;

    /** So many nodes a document may have with its aliases written out; a file that aliases aliases has billions. */
    private static final int MOST_NODES = 2_000_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private int nodes;

    private YamlTree() {}

    static JsonNode of(Node node) throws Fault.Found {
        return new YamlTree().read(node, 0);
    }

    /** A fault at the place of a node. */
    static Fault fault(Node node, String text) {
        return new Fault(line(node), node.getStartMark().map(Mark::getColumn).orElse(-1) + 1, text);
    }

    static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(-1) + 1;
    }

    private JsonNode read(Node node, int depth) throws Fault.Found {
        if (depth > MOST_DEPTH) {
            throw new Fault.Found(fault(node, "nests deeper than " + MOST_DEPTH + " levels"));
        }
        if (++nodes > MOST_NODES) {
            throw new Fault.Found(fault(node, "aliases make the document larger than " + MOST_NODES + " values"));
        }
        return switch (node) {
            case MappingNode mapping -> object(mapping, depth);
            case SequenceNode sequence -> array(sequence, depth);
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new Fault.Found(fault(node, "is neither a map, a list nor a value"));
        };
    }

    private ObjectNode object(MappingNode mapping, int depth) throws Fault.Found {
        ObjectNode object = NODES.objectNode();
        Map<String, Node> keys = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw new Fault.Found(fault(
                        tuple.getKeyNode(),
                        "a map or a list cannot be the name of a field; a template is to be filled in first"));
            }
            Node earlier = keys.putIfAbsent(key.getValue(), key);
            if (earlier != null) {
                throw new Fault.Found(fault(
                        key,
                        "the field \"%s\" is given twice, first in line %d; remove one"
                                .formatted(key.getValue(), line(earlier))));
            }
            object.set(key.getValue(), read(tuple.getValueNode(), depth + 1));
        }
        return object;
    }

    private ArrayNode array(SequenceNode sequence, int depth) throws Fault.Found {
        ArrayNode array = NODES.arrayNode(sequence.getValue().size());
        for (Node element : sequence.getValue()) {
            array.add(read(element, depth + 1));
        }
        return array;
    }

    private static JsonNode scalar(ScalarNode scalar) throws Fault.Found {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        try {
            if (tag.equals(Tag.STR)) {
                return NODES.stringNode(text);
            } else if (tag.equals(Tag.INT)) {
                return integer(text);
            } else if (tag.equals(Tag.BOOL)) {
                return NODES.booleanNode(Boolean.parseBoolean(text));
            } else if (tag.equals(Tag.NULL)) {
                return NODES.nullNode();
            } else if (tag.equals(Tag.FLOAT)) {
                return number(text);
            }
        } catch (NumberFormatException e) {
            throw new Fault.Found(fault(scalar, "\"" + text + "\" is not a number"));
        }
        throw new Fault.Found(fault(scalar, "the tag %s is not known here; leave it out".formatted(tag.getValue())));
    }

    private static JsonNode integer(String text) {
        BigInteger value = text.startsWith("0x")
                ? new BigInteger(text.substring(2), 16)
                : text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text);
        return value.bitLength() < Integer.SIZE ? NODES.numberNode(value.intValue()) : NODES.numberNode(value);
    }

    /** Infinity and the like stay text: no field of an object takes them. */
    private static JsonNode number(String text) {
        return text.matches("[-+0-9.eE]+") ? NODES.numberNode(Double.parseDouble(text)) : NODES.stringNode(text);
    }

    /** The node at a path such as {@code spec.ports[0].port}, or the deepest one on the way to it. */
    static Node at(Node root, String path) {
        Node node = root;
        for (String step : path.replace("[", ".[").split("\\.", -1)) {
            Node next = step.startsWith("[") ? element(node, step) : field(node, step);
            if (next == null) {
                return node;
            }
            node = next;
        }
        return node;
    }

    private static @Nullable Node field(Node node, String name) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(name)) {
                    return tuple.getValueNode();
                }
            }
        }
        return null;
    }

    private static @Nullable Node element(Node node, String step) {
        String digits = step.substring(1, Math.max(1, step.length() - 1));
        if (node instanceof SequenceNode sequence && digits.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(digits);
            return index < sequence.getValue().size() ? sequence.getValue().get(index) : null;
        }
        return null;
    }
}
