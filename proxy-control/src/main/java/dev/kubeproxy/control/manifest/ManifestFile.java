package dev.kubeproxy.control.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of one file: the objects that are in force, and what its newest text has wrong.
 *
 * @param documents what was made of each document, by its text, so that only new ones are parsed
 * @param there false where the file went, and its objects stay until it is sure that it was not only renamed
 */
record ManifestFile(
        String path,
        Map<String, ParsedDocument> documents,
        List<ManifestObject> objects,
        List<Fault> failures,
        boolean there) {

    /** A file of which nothing was read yet. */
    static ManifestFile unread(String path) {
        return new ManifestFile(path, Map.of(), List.of(), List.of(), true);
    }

    /** The file that is not there any more. */
    ManifestFile gone() {
        return new ManifestFile(path, Map.of(), objects, List.of(), false);
    }

    /** The file without some of its objects. */
    ManifestFile without(Set<ObjectKey> keys) {
        List<ManifestObject> others =
                objects.stream().filter(object -> !keys.contains(object.key())).toList();
        return new ManifestFile(path, documents, others, failures, there);
    }

    /** The file with a new text. What is not found in a text that is broken stays as it was. */
    ManifestFile with(String text, DocumentReader reader) {
        Map<String, ParsedDocument> parsed = new HashMap<>();
        List<ManifestObject> readable = new ArrayList<>();
        List<Fault> failed = new ArrayList<>();
        for (Document document : Document.split(text)) {
            ParsedDocument known = documents.get(document.text());
            ParsedDocument one = known == null ? reader.read(document.text()) : known;
            parsed.put(document.text(), one);
            one.objects().forEach(object -> readable.add(object.below(document.linesAbove())));
            one.failures().forEach(fault -> failed.add(fault.below(document.linesAbove())));
        }
        return new ManifestFile(path, parsed, failed.isEmpty() ? readable : merged(readable), failed, true);
    }

    /** The file that cannot be read as text. */
    ManifestFile with(Fault failure) {
        return new ManifestFile(path, documents, objects, List.of(failure), true);
    }

    /** True where some of it is not understood. */
    boolean broken() {
        return !failures.isEmpty();
    }

    /** True where the text has not all objects that were in force, whether they would go or it is broken. */
    boolean lacksOf(ManifestFile before) {
        Set<ObjectKey> found = documents.values().stream()
                .flatMap(document -> document.objects().stream())
                .map(ManifestObject::key)
                .collect(Collectors.toSet());
        return !found.containsAll(keys(before.objects));
    }

    List<Problem> problems() {
        return failures.stream().map(fault -> fault.in(path)).toList();
    }

    /** What can be read now, and what could be earlier. */
    private List<ManifestObject> merged(List<ManifestObject> readable) {
        Set<ObjectKey> keys = keys(readable);
        List<ManifestObject> merged = new ArrayList<>(readable);
        objects.stream().filter(object -> !keys.contains(object.key())).forEach(merged::add);
        return List.copyOf(merged);
    }

    private static Set<ObjectKey> keys(List<ManifestObject> objects) {
        return objects.stream().map(ManifestObject::key).collect(Collectors.toSet());
    }
}
