package dev.kubeproxy.control.manifest;

import java.util.ArrayList;
import java.util.List;

/**
 * What the text of a document comes to; lines count from its own first.
 *
 * @param failures what could not be read at all
 * @param ignoredKinds kinds of objects that are not for this proxy
 */
record ParsedDocument(List<ManifestObject> objects, List<Fault> failures, List<String> ignoredKinds) {

    ParsedDocument {
        objects = List.copyOf(objects);
        failures = List.copyOf(failures);
        ignoredKinds = List.copyOf(ignoredKinds);
    }

    /** Collects while a document is read. */
    static final class Builder {

        private final List<ManifestObject> objects = new ArrayList<>();
        private final List<Fault> failures = new ArrayList<>();
        private final List<String> ignoredKinds = new ArrayList<>();

        void read(ManifestObject object) {
            objects.add(object);
        }

        void failed(Fault fault) {
            failures.add(fault);
        }

        void ignored(String kind) {
            ignoredKinds.add(kind);
        }

        ParsedDocument build() {
            return new ParsedDocument(objects, failures, ignoredKinds);
        }
    }
}
