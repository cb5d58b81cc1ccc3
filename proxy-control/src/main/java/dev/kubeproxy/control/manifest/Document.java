package dev.kubeproxy.control.manifest;

import java.util.ArrayList;
import java.util.List;

/**
 * One YAML document of a file, as text.
 *
 * @param linesAbove how many lines of the file stand before it
 */
record Document(int linesAbove, String text) {

    /** So many characters of one document are read: what is made of them on the way takes sixty times their room. */
    static final int MOST_CHARACTERS = 4 << 20;

    /** Cuts a file at its {@code ---} lines, where YAML allows no other meaning; what is blank is no document. */
    static List<Document> split(String file) {
        List<Document> documents = new ArrayList<>();
        int start = 0;
        int startLine = 0;
        int line = 0;
        for (int at = 0; at < file.length(); line++) {
            if (at > start && isMarker(file, at)) {
                add(documents, startLine, file.substring(start, at));
                start = at;
                startLine = line;
            }
            int end = file.indexOf('\n', at);
            at = end < 0 ? file.length() : end + 1;
        }
        add(documents, startLine, file.substring(start));
        return documents;
    }

    private static boolean isMarker(String file, int at) {
        if (!file.startsWith("---", at)) {
            return false;
        }
        return at + 3 == file.length() || Character.isWhitespace(file.charAt(at + 3));
    }

    private static void add(List<Document> documents, int line, String text) {
        if (!isBlank(text)) {
            documents.add(new Document(line, text));
        }
    }

    private static boolean isBlank(String text) {
        return text.lines()
                .map(String::strip)
                .allMatch(line -> line.isEmpty()
                        || line.startsWith("#")
                        || line.startsWith("%")
                        || line.equals("---")
                        || line.startsWith("--- #")
                        || line.equals("..."));
    }
}
