package dev.kubeproxy.control.manifest;

import dev.kubeproxy.control.desired.Change;
import dev.kubeproxy.control.desired.NodeSpec;
import dev.kubeproxy.control.desired.SliceSpec;
import dev.kubeproxy.control.kube.EndpointSliceReader;
import dev.kubeproxy.control.kube.EndpointsReader;
import dev.kubeproxy.control.kube.FieldProblem;
import dev.kubeproxy.control.kube.NodeReader;
import dev.kubeproxy.control.kube.Reading;
import dev.kubeproxy.control.manifest.ManifestObject.Content;
import dev.kubeproxy.control.manifest.ObjectKey.Kind;
import dev.kubeproxy.server.model.ServiceName;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the objects of one document. What it makes of a text depends on nothing else, so it can be kept. Any thread. */
final class DocumentReader {

    private static final Logger LOG = LogManager.getLogger();
    private static final String DISCOVERY = "discovery.k8s.io/";

    /** Longer documents are read one after the other, for what each takes meanwhile; in characters. */
    private static final int LONG = 64 * 1024;

    private final ServiceDrafts services;
    private final EndpointSliceReader slices = new EndpointSliceReader();
    private final EndpointsReader endpoints = new EndpointsReader();
    private final NodeReader nodes = new NodeReader();
    private final Lock forLong = new ReentrantLock();

    DocumentReader(ServiceDrafts services) {
        this.services = services;
    }

    /** Several threads may read at once. */
    ParsedDocument read(String text) {
        if (text.length() <= LONG) {
            return parse(text);
        }
        forLong.lock();
        try {
            return parse(text);
        } finally {
            forLong.unlock();
        }
    }

    private ParsedDocument parse(String text) {
        ParsedDocument.Builder parsed = new ParsedDocument.Builder();
        try {
            checkSize(text);
            org.snakeyaml.engine.v2.nodes.Node root = YamlText.compose(text);
            read(new Source(YamlTree.of(root), root), null, parsed);
        } catch (Fault.Found found) {
            parsed.failed(found.fault());
        } catch (RuntimeException e) { // one document that we fail on must not take the others with it
            LOG.error("a document cannot be read because of a fault in this program", e);
            parsed.failed(new Fault(1, 0, "cannot be read because of a fault in this program: " + e));
        }
        return parsed.build();
    }

    private static void checkSize(String text) throws Fault.Found {
        if (text.length() > Document.MOST_CHARACTERS) {
            throw new Fault.Found(new Fault(
                    1,
                    0,
                    "the document has %d characters; no more than %d are read, split it with --- lines or into files"
                            .formatted(text.length(), Document.MOST_CHARACTERS)));
        }
    }

    /** A piece of a document: as a tree, and as YAML nodes, which know where they stand. */
    record Source(JsonNode tree, org.snakeyaml.engine.v2.nodes.Node node) {

        String text(String field) throws Fault.Found {
            JsonNode value = tree.path(field);
            if (value.isMissingNode() || value.isNull()) {
                return "";
            }
            if (!value.isString()) {
                throw new Fault.Found(fault(field, field + ": is not text; write the " + field + " of the object"));
            }
            return value.stringValue();
        }

        Fault fault(String path, String text) {
            return YamlTree.fault(YamlTree.at(node, path), text);
        }

        int line(String path) {
            return YamlTree.line(YamlTree.at(node, path));
        }

        <T> T as(Class<T> type) throws Fault.Found {
            return ObjectBinder.bind(tree, node, type);
        }
    }

    /** Reads an object, or a list of some; {@code listed} is the kind that the entries of a list have by its kind. */
    private void read(Source source, @Nullable String listed, ParsedDocument.Builder parsed) throws Fault.Found {
        if (!source.tree().isObject()) {
            throw new Fault.Found(
                    source.fault("", "is not a Kubernetes object; one has apiVersion, kind and metadata"));
        }
        String kind = source.text("kind");
        if (kind.isEmpty() && listed != null) {
            kind = listed;
        }
        if (kind.isEmpty()) {
            throw new Fault.Found(source.fault("", "kind: is missing; write what the object is, such as Service"));
        }
        if (kind.endsWith("List") && (source.tree().has("items") || kind.equals("List"))) {
            readItems(source, kind.substring(0, kind.length() - "List".length()), parsed);
        } else {
            readObject(source, kind, listed != null, parsed);
        }
    }

    private void readItems(Source list, String kind, ParsedDocument.Builder parsed) throws Fault.Found {
        JsonNode items = list.tree().path("items");
        if (!items.isArray() && !items.isNull()) {
            throw new Fault.Found(list.fault("items", "items: is missing or no list; write the objects below it"));
        }
        for (int i = 0; i < items.size(); i++) {
            try {
                Source item = new Source(items.get(i), YamlTree.at(list.node(), "items[" + i + "]"));
                read(item, kind.isEmpty() ? null : kind, parsed);
            } catch (Fault.Found found) {
                parsed.failed(found.fault());
            }
        }
    }

    private void readObject(Source source, String kind, boolean listed, ParsedDocument.Builder parsed)
            throws Fault.Found {
        String version = source.text("apiVersion");
        String wanted = kind.equals("EndpointSlice") ? DISCOVERY + "v1" : "v1";
        switch (kind) {
            case "Service", "Endpoints", "Node" -> check(source, kind, version, listed, List.of(wanted));
            case "EndpointSlice" -> check(source, kind, version, listed, List.of(wanted, DISCOVERY + "v1beta1"));
            default -> {
                parsed.ignored(kind);
                return;
            }
        }
        switch (kind) {
            case "Service" -> parsed.read(services.read(source));
            case "EndpointSlice" -> parsed.read(slice(source, version));
            case "Endpoints" -> {
                Reading<List<SliceSpec>> reading = endpoints.read(source.as(Endpoints.class));
                parsed.read(object(key(Kind.ENDPOINTS, source), source, reading.map(DocumentReader::sets)));
            }
            default -> {
                Reading<NodeSpec> reading = nodes.read(source.as(Node.class));
                parsed.read(object(key(Kind.NODE, source), source, reading.map(DocumentReader::sets)));
            }
        }
    }

    private static void check(Source source, String kind, String version, boolean listed, List<String> known)
            throws Fault.Found {
        if (!known.contains(version) && !(listed && version.isEmpty())) {
            throw new Fault.Found(source.fault(
                    "apiVersion",
                    version.isEmpty()
                            ? "apiVersion: is missing; that of kind %s is %s".formatted(kind, known.getFirst())
                            : "apiVersion: \"%s\" is not known for kind %s; write %s"
                                    .formatted(version, kind, known.getFirst())));
        }
    }

    private ManifestObject slice(Source source, String version) throws Fault.Found {
        Reading<SliceSpec> reading = version.endsWith("v1beta1")
                ? slices.read(source.as(io.fabric8.kubernetes.api.model.discovery.v1beta1.EndpointSlice.class))
                : slices.read(source.as(EndpointSlice.class));
        return object(key(Kind.ENDPOINT_SLICE, source), source, reading.map(slice -> sets(List.of(slice))));
    }

    private static Content sets(NodeSpec node) {
        return new Content.Sets(List.of(new Change.NodeSet(node)));
    }

    private static Content sets(List<SliceSpec> slices) {
        List<Change> changes = new ArrayList<>();
        slices.forEach(slice -> changes.add(new Change.SliceSet(slice)));
        return new Content.Sets(changes);
    }

    static ManifestObject object(ObjectKey key, Source source, Reading<? extends Content> reading) {
        Content content = switch (reading) {
            case Reading.Read<? extends Content> read -> read.value();
            case Reading.PassedOver<?> _ -> new Content.Sets(List.of());
            case Reading.Refused<?> _ -> new Content.Unusable();
        };
        return new ManifestObject(key, source.line(""), content, faults(source, reading));
    }

    /** The name of an object; a Node has no namespace. */
    static ObjectKey key(Kind kind, Source source) throws Fault.Found {
        JsonNode metadata = source.tree().path("metadata");
        String name = metadata.path("name").asString("");
        if (name.isBlank()) {
            throw new Fault.Found(source.fault("metadata", "metadata.name: is missing; give the " + kind + " a name"));
        }
        String namespace = metadata.path("namespace").asString("");
        return new ObjectKey(kind, new ServiceName(namespace.isBlank() ? "default" : namespace, name));
    }

    /** The problems of a reading, each at the line of the field that it begins with. */
    private static List<Fault> faults(Source source, Reading<?> reading) {
        List<FieldProblem> problems = switch (reading) {
            case Reading.Read<?> read -> read.problems();
            case Reading.Refused<?> refused -> refused.problems();
            case Reading.PassedOver<?> _ -> List.of();
        };
        List<Fault> faults = new ArrayList<>();
        for (FieldProblem problem : problems) {
            int colon = problem.text().indexOf(": ");
            faults.add(source.fault(colon < 0 ? "" : problem.text().substring(0, colon), problem.text()));
        }
        return faults;
    }
}
